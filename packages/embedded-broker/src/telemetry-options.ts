import { booleanOption, optionsOf } from '@sluice/protocol'
import { invalidOption, requireCount } from './require-option.js'

/** Which metrics the cluster wants its clients to push (KIP-714), Kafka's config of the resource `CLIENT_METRICS`. */
export interface EmbeddedTelemetryOptions {
  /** The beginnings of the names that are wanted. The empty text wants all, and an empty list none.
   *  @defaultValue all */
  readonly metrics?: readonly string[]
  /** How often a client pushes, in milliseconds.
   *  @defaultValue 300000 */
  readonly pushIntervalMs?: number
  /** The largest push in bytes, as it is sent; Kafka's `telemetry.max.bytes`.
   *  @defaultValue 1048576 */
  readonly maxBytes?: number
  /** The numbers of the codecs that a push may be compressed with, the preferred one first.
   *  @defaultValue zstd, lz4, gzip and snappy, as in Kafka */
  readonly compressionTypes?: readonly number[]
  /** Whether a push tells how much each total has grown since the last push, instead of the whole total.
   *  @defaultValue true, as in Kafka */
  readonly deltaTemporality?: boolean
}

/** A push of a client that the cluster has taken. */
export interface EmbeddedTelemetryPush {
  /** The node id of the broker that took it. */
  readonly broker: number
  /** The client, by the id that the cluster has given it. */
  readonly clientInstanceId: string
  /** Whether the client said that it was its last one. */
  readonly terminating: boolean
  /** The number of the codec; 0 for none. */
  readonly compressionType: number
  /** OpenTelemetry's `MetricsData` in Protocol Buffers, compressed as the client sent it. */
  readonly metrics: Uint8Array
}

/** {@link EmbeddedTelemetryOptions} with every option set. */
export type TelemetrySubscription = Required<EmbeddedTelemetryOptions>

const defaults: TelemetrySubscription = {
  metrics: [''],
  pushIntervalMs: 300_000,
  maxBytes: 1_048_576,
  compressionTypes: [4, 3, 1, 2],
  deltaTemporality: true,
}

/** @throws KafkaError INVALID_OPTION when an option is wrong. */
export function resolveTelemetryOptions(options: EmbeddedTelemetryOptions): TelemetrySubscription {
  const resolved = { ...defaults, ...optionsOf('telemetry', options, Object.keys(defaults)) }
  requireCount('telemetry.pushIntervalMs', resolved.pushIntervalMs)
  requireCount('telemetry.maxBytes', resolved.maxBytes)
  booleanOption('telemetry.deltaTemporality', resolved.deltaTemporality)
  if (!resolved.compressionTypes.every(isCompressionType))
    throw invalidOption('telemetry.compressionTypes are numbers from 0 (none) to 4 (zstd)')
  return resolved
}

function isCompressionType(type: number): boolean {
  return Number.isInteger(type) && type >= 0 && type <= 4
}
