import type { AccumulatorOptions } from '@sluice/accumulator'
import type { NetworkOptions, SaslMechanism, TlsSource, Transport } from '@sluice/network'
import type { Partitioner } from '@sluice/partitioner'
import { type KafkaError, printable } from '@sluice/protocol'
import type { SenderOptions } from '@sluice/sender'
import { invalidOption, typeName } from './invalid.js'
import { observerMethods, type ProducerObserver } from './observer.js'
import type { Logger } from './runtime.js'

/** All options of the producer and its stages in one list. Only `bootstrapServers` must be given. */
export interface ProducerOptions extends AccumulatorOptions, SenderOptions, NetworkOptions {
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
  /** Takes reports of all stages.
   *  @defaultValue none: errors become process warnings */
  readonly logger?: Logger
  /** Watches the producer at work: its requests, connections, batches and metadata.
   *  @defaultValue none */
  readonly observer?: ProducerObserver
  /** Takes the errors of failed records that have neither a promise nor a callback.
   *  @defaultValue the logger, else one process warning a minute */
  readonly onDeliveryError?: (error: KafkaError) => void
}

const names: Record<keyof ProducerOptions, true> = {
  acks: true,
  allowAutoTopicCreation: true,
  allowInsecureSasl: true,
  allowReordering: true,
  batchBytes: true,
  batchRecords: true,
  bootstrapServers: true,
  bufferBytes: true,
  clientId: true,
  compression: true,
  connectionSetupTimeoutMs: true,
  connectionsMaxIdleMs: true,
  deliveryTimeoutMs: true,
  idempotent: true,
  lingerMs: true,
  logger: true,
  maxBlockMs: true,
  maxInFlight: true,
  maxRequestBytes: true,
  maxResponseBytes: true,
  metadataMaxAgeMs: true,
  metadataMaxIdleMs: true,
  observer: true,
  onDeliveryError: true,
  onTopicRecreated: true,
  partitioner: true,
  reconnectBackoffMaxMs: true,
  reconnectBackoffMs: true,
  requestTimeoutMs: true,
  retryBackoffMaxMs: true,
  retryBackoffMs: true,
  sasl: true,
  tls: true,
  transport: true,
}

/** Names of options in other clients. */
const otherNames = new Map<string, keyof ProducerOptions>([
  ['brokers', 'bootstrapServers'],
  ['batchSize', 'batchBytes'],
  ['linger', 'lingerMs'],
  ['bufferMemory', 'bufferBytes'],
  ['requestTimeout', 'requestTimeoutMs'],
  ['maxInFlightRequests', 'maxInFlight'],
  ['ssl', 'tls'],
])

/** The methods that a plugin must have, and the advice for one without them. */
const plugins = [
  ['partitioner', ['forTopic'], 'a partitioner such as uniformStickyPartitioner()'],
  ['transport', ['connect'], 'a transport such as tcpTransport()'],
  ['sasl', ['begin'], 'a mechanism such as scramSha512() of @sluice/network/sasl'],
  ['compression', ['compress', 'decompress'], 'a codec such as gzip() of @sluice/protocol/gzip'],
  ['logger', ['debug', 'info', 'warn', 'error'], 'an object with debug, info, warn and error'],
] as const

/** Checks what no single stage can see: unknown names, and values that are not even of the right kind. @throws KafkaError INVALID_OPTION */
export function checkProducerOptions(options: ProducerOptions): void {
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(names, name)) throw unknownOption(name)
    if (value === null) throw invalidOption(`${name} is null; leave it out for its default`)
  }
  for (const [name, methods, advice] of plugins) {
    const plugin: unknown = options[name]
    if (plugin !== undefined && !hasMethods(plugin, methods))
      throw invalidOption(`${name} has no ${methods.join(', ')}; give ${advice}`)
  }
  if (options.observer !== undefined) checkObserver(options.observer)
  const { onDeliveryError } = options
  if (onDeliveryError !== undefined && typeof onDeliveryError !== 'function')
    throw invalidOption(`onDeliveryError is ${typeName(onDeliveryError)}; give a function`)
  checkSecurity(options)
}

function checkObserver(observer: ProducerObserver): void {
  if (typeof observer !== 'object')
    throw invalidOption(`observer is ${typeName(observer)}; give an object with methods`)
  for (const name of observerMethods) {
    const method: unknown = observer[name]
    if (method !== undefined && typeof method !== 'function')
      throw invalidOption(`observer.${name} is ${typeName(method)}; give a function`)
  }
}

function checkSecurity({ tls = false, transport }: ProducerOptions): void {
  if (transport !== undefined && tls !== false)
    throw invalidOption(
      'tls and transport are both given; give tls alone, or transport: tlsTransport(…)',
    )
}

/** Checks options of different stages against each other. @throws KafkaError INVALID_OPTION */
export function checkTimeouts(
  deliveryTimeoutMs: number,
  lingerMs: number,
  requestTimeoutMs: number,
): void {
  if (deliveryTimeoutMs >= lingerMs + requestTimeoutMs) return
  throw invalidOption(
    `deliveryTimeoutMs (${deliveryTimeoutMs}) is below lingerMs + requestTimeoutMs (${lingerMs} + ${requestTimeoutMs}): ` +
      'no answer could be waited for; raise deliveryTimeoutMs or lower requestTimeoutMs',
  )
}

/** Checks options of different stages against each other. @throws KafkaError INVALID_OPTION */
export function checkSizes(batchBytes: number, maxRequestBytes: number): void {
  if (batchBytes <= maxRequestBytes) return
  throw invalidOption(
    `batchBytes (${batchBytes}) is above maxRequestBytes (${maxRequestBytes}): ` +
      'no full batch would fit in a request, and brokers refuse what is over their limit; lower batchBytes or raise maxRequestBytes',
  )
}

function unknownOption(name: string): KafkaError {
  const known = otherNames.get(name)
  const hint = known === undefined ? '' : `; here it is ${known}`
  return invalidOption(`unknown option ${printable(name)}${hint}`)
}

function hasMethods(plugin: unknown, methods: readonly string[]): boolean {
  return methods.every(
    (method) => typeof (plugin as Record<string, unknown>)[method] === 'function',
  )
}
