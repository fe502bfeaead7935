import type { AccumulatorOptions } from '@sluice/accumulator'
import type {
  BootstrapServers,
  NetworkOptions,
  SaslMechanism,
  TlsSource,
  Transport,
} from '@sluice/network'
import { type CompressionCodec, type Portable, portableFrom } from '@sluice/protocol'
import type { SenderOptions } from '@sluice/sender'
import { invalidOption } from '../../invalid.js'
import type { ProducerObserver } from '../../observer.js'
import type { Logger } from '../../runtime.js'

/** Of the producer's options, those of the stages on the sender's thread. */
export interface ThreadOptions extends AccumulatorOptions, SenderOptions, NetworkOptions {
  readonly compression?: CompressionCodec
  readonly transport?: Transport
  readonly sasl?: SaslMechanism
  readonly tls?: false | TlsSource
  readonly logger?: Logger
  readonly observer?: ProducerObserver
}

/** A plug-in as the sender's thread makes it again. */
export interface PortablePlugin extends Portable {
  /** The name of the option, for an error text. */
  readonly option: string
  /** The address of the file of `module`, where the caller's thread has found it. */
  readonly url?: string
}

/** A mechanism that works on the caller's thread. */
export interface MainSasl {
  readonly name: string
  readonly needsEncryption: boolean
}

/** The options of queue, sender and network as plain data. */
export interface PortableOptions {
  /** All that is plain data by itself. */
  readonly plain: Readonly<Record<string, unknown>>
  /** Undefined where the caller's thread is asked. */
  readonly bootstrapServers?: string | readonly string[]
  readonly compression?: PortablePlugin
  readonly transport?: PortablePlugin
  readonly sasl?: PortablePlugin | MainSasl
  /** `'asked'` where the caller's thread is asked. */
  readonly tls?: KnownTls | 'asked'
}

/** Options of TLS that no function gives. */
type KnownTls = Exclude<TlsSource, () => unknown>

/** Options, taken apart. */
export interface CrossingOptions {
  /** What crosses to the sender's thread. */
  readonly portable: PortableOptions
  /** What stays, and is asked by the sender's thread. */
  readonly asked: {
    readonly bootstrapServers?: Exclude<BootstrapServers, string | readonly string[]>
    readonly tls?: Extract<TlsSource, () => unknown>
    readonly sasl?: SaslMechanism
  }
}

/** An option that is plain data by itself. */
type PlainOption = Exclude<
  keyof ThreadOptions,
  | 'bootstrapServers'
  | 'compression'
  | 'logger'
  | 'observer'
  | 'retries'
  | 'sasl'
  | 'tls'
  | 'transport'
>

/** All of them: TypeScript refuses this list where one is missing. Whatever is not here stays on the caller's thread. */
const plainOptions: Readonly<Record<PlainOption, true>> = {
  acks: true,
  allowAutoTopicCreation: true,
  allowInsecureSasl: true,
  allowReordering: true,
  batchBytes: true,
  batchRecords: true,
  bufferBytes: true,
  clientId: true,
  connectionSetupTimeoutMs: true,
  connectionsMaxIdleMs: true,
  deliveryTimeoutMs: true,
  idempotent: true,
  lingerMs: true,
  maxBlockMs: true,
  maxInFlight: true,
  maxRequestBytes: true,
  maxResponseBytes: true,
  metadataMaxAgeMs: true,
  metadataMaxIdleMs: true,
  onTopicRecreated: true,
  reconnectBackoffMaxMs: true,
  reconnectBackoffMs: true,
  requestTimeoutMs: true,
  retryBackoffMaxMs: true,
  retryBackoffMs: true,
  transactionTimeoutMs: true,
  transactionalId: true,
}

/**
 * Takes options apart: what crosses to the sender's thread, and what stays on this one.
 *
 * @throws KafkaError INVALID_OPTION for what cannot cross, with what to do
 */
export function crossingOptions(options: ThreadOptions): CrossingOptions {
  const { bootstrapServers, compression, transport, sasl, tls, ...others } = options
  const portable: Writable<PortableOptions> = {
    plain: Object.fromEntries(
      Object.entries(others).filter(([name]) => Object.hasOwn(plainOptions, name)),
    ),
  }
  const asked: Writable<CrossingOptions['asked']> = {}
  if (typeof bootstrapServers === 'function') asked.bootstrapServers = bootstrapServers
  else
    portable.bootstrapServers =
      typeof bootstrapServers === 'string' ? bootstrapServers : [...bootstrapServers]
  if (compression !== undefined) portable.compression = pluginOf('compression', compression)
  if (transport !== undefined) portable.transport = pluginOf('transport', transport)
  if (sasl !== undefined) {
    portable.sasl = saslOf(sasl)
    if (!('module' in portable.sasl)) asked.sasl = sasl
  }
  if (typeof tls === 'function') {
    portable.tls = 'asked'
    asked.tls = tls
  } else if (tls !== undefined && tls !== false) portable.tls = checkedTls(tls)
  return { portable, asked }
}

type Writable<T> = { -readonly [Name in keyof T]: T[Name] }

const inline = 'or leave senderThread out'

function pluginOf(option: string, plugin: { readonly portable?: Portable }): PortablePlugin {
  const { portable } = plugin
  if (portable === undefined)
    throw invalidOption(
      `senderThread: ${option} cannot be made again in the sender's thread, for it has no portable: give it ` +
        `portable: { module, export, options }, which names the function that makes it and options of plain data, ${inline}`,
    )
  const { module, export: name, options } = portable
  if (typeof module !== 'string' || typeof name !== 'string')
    throw invalidOption(
      `senderThread: ${option}.portable must name a module and its export as text, ${inline}`,
    )
  if (!isPlain(options))
    throw invalidOption(
      `senderThread: ${option}.portable.options must be plain data, without functions and objects of classes, ${inline}`,
    )
  return { option, module, export: name, options }
}

/** A mechanism that knows of threads, and whose own options hold functions, works on the caller's thread. */
function saslOf(sasl: SaslMechanism): PortablePlugin | MainSasl {
  const asksProgram = 'portable' in sasl && sasl.portable === undefined
  if (!asksProgram) return pluginOf('sasl', sasl)
  return { name: sasl.name, needsEncryption: sasl.needsEncryption === true }
}

/** @throws KafkaError INVALID_OPTION */
export function checkedTls(tls: KnownTls): KnownTls {
  const wrong = typeof tls === 'object' && tls !== null ? nameOfUnsendable(tls) : null
  if (wrong !== null)
    throw invalidOption(
      `senderThread: tls.${wrong} cannot be sent to the sender's thread: give text, bytes and numbers alone, ${inline}`,
    )
  return sendable('tls', tls)
}

function nameOfUnsendable(options: object): string | null {
  return Object.entries(options).find(([, value]) => !isPlain(value))?.[0] ?? null
}

/** What a function of the program gives. @throws KafkaError INVALID_OPTION */
export function sendable<T>(name: string, value: T): T {
  if (isPlain(value)) return value
  throw invalidOption(
    `senderThread: ${name} gave what cannot be sent to the sender's thread: give plain data, ${inline}`,
  )
}

function isPlain(value: unknown): boolean {
  return portableFrom('', '', value) !== undefined
}
