import type { accumulatorDefaults, AccumulatorOptions } from '@sluice/accumulator'
import type {
  networkDefaults,
  NetworkOptions,
  SaslMechanism,
  TlsSource,
  Transport,
} from '@sluice/network'
import type { Partitioner } from '@sluice/partitioner'
import {
  booleanOption,
  functionOption,
  type KafkaError,
  methodsOption,
  type RecordContent,
  wrongOption,
} from '@sluice/protocol'
import type { senderDefaults, SenderOptions } from '@sluice/sender'
import { checkInterceptors, checkListeners } from './compose-options.js'
import type { ProducerInterceptor } from './interception/interceptor.js'
import { invalidOption, typeName } from './invalid.js'
import { observerMethods, type ProducerObserver } from './observer.js'
import { checkName } from './option-names.js'
import type { Logger } from './runtime.js'
import type { Serializer } from './serialization/serializer.js'

/** All options of the producer and its stages in one list. Only `bootstrapServers` must be given. */
export interface ProducerOptions<K = RecordContent, V = RecordContent>
  extends AccumulatorOptions, Omit<SenderOptions, 'retries'>, NetworkOptions {
  /** Chooses the partition of records that name none.
   *  @defaultValue uniformStickyPartitioner() */
  readonly partitioner?: Partitioner
  /** TLS to the brokers: `true`, or options of `node:tls` such as `{ ca }`, or a function that gives them, called for each connection.
   *  @defaultValue false */
  readonly tls?: false | TlsSource
  /** How to authenticate: `plain()`, `scramSha256()`, `scramSha512()` or `oauthBearer()` of `@sluice/network/sasl`, or a mechanism of your own.
   *  @defaultValue none */
  readonly sasl?: SaslMechanism
  /** Opens connections, instead of `tls`.
   *  @defaultValue tcpTransport(), or tlsTransport() with `tls` */
  readonly transport?: Transport
  /** Lets all that is behind the batches work on a thread of its own: compression, checksums, retries and connections. A program
   *  whose event loop is busy goes on sending what it has handed over, and pays less for each record. `compression`,
   *  `transport` and `sasl` must be `portable`, as those of this family are; functions for servers, credentials and
   *  certificates are called on the thread of the program. When the thread dies, what it had fails with SENDER_THREAD_DIED,
   *  and another one starts.
   *  @defaultValue false */
  readonly senderThread?: boolean
  /** Tells the cluster how this producer does, where the cluster asks for it (KIP-714, Kafka's `enable.metrics.push`): its
   *  operators see the metrics that they have asked for, and no contents of records. Where brokers do not ask, nothing is sent.
   *  @defaultValue true */
  readonly telemetry?: boolean
  /** Takes reports of all stages.
   *  @defaultValue none: errors become process warnings */
  readonly logger?: Logger
  /** Watches the producer at work: its requests, connections, batches and metadata.
   *  @defaultValue none */
  readonly observer?: ProducerObserver
  /** Makes keys into what is written, and with it the type that keys have. Most keys are best left as text, which is hashed as it
   *  is; `jsonSerializer()` does so.
   *  @defaultValue none: keys are text or bytes */
  readonly keySerializer?: Serializer<K>
  /** Makes values into what is written, and with it the type that values have. Never called for null, which is a tombstone.
   *  @defaultValue none: values are text or bytes */
  readonly valueSerializer?: Serializer<V>
  /** See each record before it is sent, and may change it, and see its end: for traces, audits, counters.
   *  @defaultValue none */
  readonly interceptors?: readonly ProducerInterceptor[]
  /** Takes the errors of failed records that have neither a promise nor a callback.
   *  @defaultValue the logger, else the warnings of the process: one line a minute with the count */
  readonly onDeliveryError?: (error: KafkaError) => void
}

type AnyOptions = ProducerOptions<unknown, unknown>

type StageOption =
  | keyof typeof accumulatorDefaults
  | keyof typeof senderDefaults
  | keyof typeof networkDefaults

/** The options that have no default among those of a stage. */
const others: Record<Exclude<keyof ProducerOptions, StageOption>, true> = {
  allowReordering: true,
  bootstrapServers: true,
  compression: true,
  idempotent: true,
  interceptors: true,
  keySerializer: true,
  logger: true,
  observer: true,
  onDeliveryError: true,
  partitioner: true,
  sasl: true,
  senderThread: true,
  telemetry: true,
  tls: true,
  transactionalId: true,
  transport: true,
  valueSerializer: true,
}

/** The methods that a plugin must have, and the advice for one without them. */
const plugins = [
  ['partitioner', ['forTopic'], 'a partitioner such as uniformStickyPartitioner()'],
  ['transport', ['connect'], 'a transport such as tcpTransport()'],
  ['sasl', ['begin'], 'a mechanism such as scramSha512() of @sluice/network/sasl'],
  ['keySerializer', ['serialize'], 'a serializer such as jsonSerializer()'],
  ['valueSerializer', ['serialize'], 'a serializer such as jsonSerializer()'],
  ['compression', ['compress', 'decompress'], 'a codec such as gzip() of @sluice/protocol/gzip'],
] as const

/**
 * A copy of the options, read once, so that all stages see the same values and later changes of the caller's object change
 * nothing.
 *
 * @throws KafkaError INVALID_OPTION where there is no object of options
 */
export function copyOptions(options: AnyOptions): AnyOptions {
  if (typeof options === 'object' && options !== null && !Array.isArray(options))
    return { ...options }
  const example = "createProducer({ bootstrapServers: 'localhost:9092' })"
  throw invalidOption(
    `createProducer takes an object of options, and this is ${typeName(options)}; write ${example}`,
  )
}

/**
 * Checks what no single stage can see: unknown names, and values that are not even of the right kind.
 *
 * @param ofStages - the names of the options that have a default in their stage
 * @throws KafkaError INVALID_OPTION
 */
export function checkProducerOptions(options: AnyOptions, ofStages: readonly string[]): void {
  const names = [...Object.keys(others), ...ofStages]
  for (const [name, value] of Object.entries(options)) {
    checkName(name, names)
    if (value === null) throw invalidOption(`${name} is null; leave it out for its default`)
  }
  for (const [name, methods, advice] of plugins)
    if (options[name] !== undefined) methodsOption(name, options[name], methods, advice)
  for (const name of ['senderThread', 'telemetry'] as const)
    if (options[name] !== undefined) booleanOption(name, options[name])
  checkListeners(options)
  checkInterceptors(options)
  if (options.observer !== undefined) checkObserver(options.observer)
  checkSecurity(options)
}

function checkObserver(observer: ProducerObserver): void {
  if (typeof observer !== 'object')
    throw wrongOption('observer', observer, 'an object with methods')
  for (const name of observerMethods) functionOption(`observer.${name}`, observer[name])
}

function checkSecurity({ tls = false, transport }: AnyOptions): void {
  if (transport !== undefined && tls !== false)
    throw invalidOption(
      'tls and transport are both given; give tls alone, or transport: tlsTransport(…)',
    )
}
