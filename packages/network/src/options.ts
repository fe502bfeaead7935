import { Buffer } from 'node:buffer'
import { booleanOption, describeValue, longestTimerMs, wholeOption } from '@sluice/protocol'
import { invalidOption } from './errors.js'
import { parseServers } from './server-address.js'

/** A value, or a function that is called for it whenever it is needed, so that the value may change. */
export type Asked<T> = T | (() => T | Promise<T>)

/** The value, from its function where it is one. Rejects with what the function throws. */
export async function ask<T>(asked: Asked<T>): Promise<T> {
  return typeof asked === 'function' ? (asked as () => T | Promise<T>)() : asked
}

/** Where to find the cluster first: addresses like `'localhost:9092'`, several of them with commas in between, or a function giving either. */
export type BootstrapServers = Asked<string | readonly string[]>

/** The options of a network client that are plain values. */
export interface NetworkOptions {
  /**
   * `host:port` of some brokers; `host` alone means port 9092, IPv6 is written `[::1]:9092`. A function is
   * called at the first connection, and again whenever no known broker can be reached.
   */
  readonly bootstrapServers: BootstrapServers
  /** The name of the client. Brokers log it and apply quotas to it.
   *  @defaultValue 'sluice' */
  readonly clientId?: string
  /** Milliseconds for which a request may wait for its answer; then its connection is closed.
   *  @defaultValue 30000 */
  readonly requestTimeoutMs?: number
  /** How many requests may be unanswered on a connection; with so many the node is not `ready`.
   *  @defaultValue 5 */
  readonly maxInFlight?: number
  /** Milliseconds before the first attempt to reconnect to a node; doubled at each failure, ±20 %.
   *  @defaultValue 50 */
  readonly reconnectBackoffMs?: number
  /** Upper bound of the reconnect back-off in milliseconds.
   *  @defaultValue 1000 */
  readonly reconnectBackoffMaxMs?: number
  /** Milliseconds before metadata is asked for again after a failure; doubled at each failure.
   *  @defaultValue 100 */
  readonly retryBackoffMs?: number
  /** Upper bound of the metadata back-off in milliseconds.
   *  @defaultValue 1000 */
  readonly retryBackoffMaxMs?: number
  /** Milliseconds a connection may take until it can serve: name look-up, TCP, TLS, the agreement on versions and SASL together.
   *  @defaultValue 10000 */
  readonly connectionSetupTimeoutMs?: number
  /** Milliseconds without a request after which a connection is closed. Keep it below the broker's `connections.max.idle.ms` (10 minutes).
   *  @defaultValue 540000 */
  readonly connectionsMaxIdleMs?: number
  /** Milliseconds after which metadata is refreshed although nothing seems wrong.
   *  @defaultValue 300000 */
  readonly metadataMaxAgeMs?: number
  /** Milliseconds without use after which a topic is forgotten, and with it what the producer keeps of it; it may take twice as long. Kafka's `metadata.max.idle.ms`.
   *  @defaultValue 300000 */
  readonly metadataMaxIdleMs?: number
  /** Whether asking for a topic that does not exist may create it (the broker must permit it, too). If not, such a topic is refused after three answers.
   *  @defaultValue true */
  readonly allowAutoTopicCreation?: boolean
  /** Whether a SASL mechanism may send its secret without encryption, as PLAIN and OAUTHBEARER do.
   *  @defaultValue false */
  readonly allowInsecureSasl?: boolean
  /** Longest answer in bytes that is read from a broker (at most 1 GiB). The decoded answer may take half as much memory,
   *  or 8 MiB, whichever is more: enough for the metadata of 28 000 partitions. Decoding it blocks the event loop for 15 to
   *  40 ms, so raise this only for a producer that sends to more partitions.
   *  @defaultValue 16777216 */
  readonly maxResponseBytes?: number
}

/** {@link NetworkOptions} with every default filled in. */
export type ResolvedNetworkOptions = Required<NetworkOptions>

/** The defaults of {@link NetworkOptions}; `bootstrapServers` has none. */
export const networkDefaults: Readonly<Required<Omit<NetworkOptions, 'bootstrapServers'>>> = {
  clientId: 'sluice',
  requestTimeoutMs: 30_000,
  maxInFlight: 5,
  reconnectBackoffMs: 50,
  reconnectBackoffMaxMs: 1_000,
  retryBackoffMs: 100,
  retryBackoffMaxMs: 1_000,
  connectionSetupTimeoutMs: 10_000,
  connectionsMaxIdleMs: 540_000,
  metadataMaxAgeMs: 300_000,
  metadataMaxIdleMs: 300_000,
  allowAutoTopicCreation: true,
  allowInsecureSasl: false,
  maxResponseBytes: 16_777_216,
}

const ranges = {
  requestTimeoutMs: [1, longestTimerMs],
  maxInFlight: [1, 1_000_000],
  reconnectBackoffMs: [1, longestTimerMs],
  reconnectBackoffMaxMs: [1, longestTimerMs],
  retryBackoffMs: [1, longestTimerMs],
  retryBackoffMaxMs: [1, longestTimerMs],
  connectionSetupTimeoutMs: [1, longestTimerMs],
  connectionsMaxIdleMs: [1, longestTimerMs],
  metadataMaxAgeMs: [1, longestTimerMs],
  metadataMaxIdleMs: [1, longestTimerMs],
  maxResponseBytes: [1_024, 1_073_741_824],
} as const

/** How much memory a decoded answer may take. */
export function maxMemoryBytes({ maxResponseBytes }: ResolvedNetworkOptions): number {
  return Math.max(networkDefaults.maxResponseBytes, maxResponseBytes) / 2
}

/**
 * A copy of the options with every default filled in.
 * @throws KafkaError INVALID_OPTION for a value that cannot work, naming what can.
 */
export function resolveNetworkOptions(options: NetworkOptions): ResolvedNetworkOptions {
  const resolved: ResolvedNetworkOptions = {
    ...networkDefaults,
    bootstrapServers: copyServers(options.bootstrapServers),
  }
  for (const name of Object.keys(networkDefaults) as (keyof typeof networkDefaults)[]) {
    if (options[name] !== undefined) Object.assign(resolved, { [name]: options[name] })
  }
  for (const [name, [min, max]] of Object.entries(ranges))
    wholeOption(name, resolved[name as keyof typeof ranges], min, max)
  checkBackoff('reconnectBackoff', resolved.reconnectBackoffMs, resolved.reconnectBackoffMaxMs)
  checkBackoff('retryBackoff', resolved.retryBackoffMs, resolved.retryBackoffMaxMs)
  if (typeof resolved.clientId !== 'string' || Buffer.byteLength(resolved.clientId) > 32_767) {
    throw invalidOption(
      `clientId must be a string of at most 32767 bytes, not ${describeValue(options.clientId)}`,
    )
  }
  for (const name of ['allowAutoTopicCreation', 'allowInsecureSasl'] as const)
    booleanOption(name, resolved[name])
  return resolved
}

/** Checks what can be checked before the first connection; a function is called only then. */
function copyServers(servers: BootstrapServers): BootstrapServers {
  if (typeof servers === 'function') return servers
  parseServers(servers)
  return typeof servers === 'string' ? servers : [...servers]
}

function checkBackoff(name: string, ms: number, maxMs: number): void {
  if (ms <= maxMs) return
  throw invalidOption(
    `${name}Ms (${ms}) is above ${name}MaxMs (${maxMs}): lower the first or raise the second`,
  )
}
