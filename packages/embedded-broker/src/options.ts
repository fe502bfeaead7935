import type { CompressionCodec } from '@sluice/protocol'
import { gzip } from '@sluice/protocol/gzip'
import { requireCaps, type VersionCaps } from './api-names.js'
import { requireCount, invalidOption } from './require-option.js'
import { processRuntime, type EmbeddedRuntime } from './runtime.js'
import { requireTopic, type EmbeddedTopicOptions } from './topic-options.js'

/** What {@link createEmbeddedCluster} takes. */
export interface EmbeddedClusterOptions {
  /** How many brokers, with the node ids 0, 1, …
   *  @defaultValue 1 */
  readonly brokers?: number
  /** The rack of each broker, by node id; a broker beyond the list has none.
   *  @defaultValue none */
  readonly racks?: readonly string[]
  /** Topics that are there from the start, by name.
   *  @defaultValue none */
  readonly topics?: Readonly<Record<string, EmbeddedTopicOptions>>
  /** Codecs the brokers can read. A batch compressed with another is refused with UNSUPPORTED_COMPRESSION_TYPE.
   *  @defaultValue gzip */
  readonly codecs?: readonly CompressionCodec[]
  /** Whether a Metadata request that allows it creates the topics it asks for.
   *  @defaultValue true */
  readonly autoCreateTopics?: boolean
  /** Partitions of a topic created on demand.
   *  @defaultValue 1 */
  readonly defaultPartitions?: number
  /** The largest batch a broker takes, Kafka's `message.max.bytes`.
   *  @defaultValue 1048588 */
  readonly maxMessageBytes?: number
  /** How many brokers have a copy of each partition.
   *  @defaultValue 3, or as many as there are brokers */
  readonly replicationFactor?: number
  /** How many replicas must be in sync for a Produce with `acks` all, Kafka's `min.insync.replicas`.
   *  @defaultValue 1 */
  readonly minInsyncReplicas?: number
  /** The highest version of an API that brokers speak, by Kafka's name; `null` for an API they do not have.
   *  @defaultValue all that are implemented */
  readonly apiVersions?: VersionCaps
  /** The features that the cluster has finalized, and their levels, like `{ 'transaction.version': 2 }`, as ApiVersions names
   *  them (KIP-584). They change nothing else.
   *  @defaultValue none */
  readonly finalizedFeatures?: Readonly<Record<string, number>>
  /** After which time an idempotent producer is forgotten, Kafka's `producer.id.expiration.ms`.
   *  @defaultValue 86400000 */
  readonly producerIdExpirationMs?: number
  /** Clocks and timers.
   *  @defaultValue the process's own */
  readonly runtime?: EmbeddedRuntime
  /** Told of connections that are closed for what the client sent.
   *  @defaultValue nobody */
  readonly logger?: EmbeddedClusterLogger
}

/** {@link EmbeddedClusterOptions} with nothing left out. */
export type ResolvedOptions = Required<EmbeddedClusterOptions>

/** Where the cluster says what it did not like. `console` is one. */
export interface EmbeddedClusterLogger {
  warn(message: string): void
}

/** What an option is when it is not given. */
export const embeddedClusterDefaults = {
  brokers: 1,
  racks: [],
  topics: {},
  autoCreateTopics: true,
  defaultPartitions: 1,
  maxMessageBytes: 1_048_588,
  minInsyncReplicas: 1,
  apiVersions: {},
  finalizedFeatures: {},
  producerIdExpirationMs: 86_400_000,
  runtime: processRuntime,
  logger: { warn() {} },
} as const satisfies Omit<ResolvedOptions, 'codecs' | 'replicationFactor'>

/** As many replicas as a production cluster has, where there are enough brokers. */
const usualReplicationFactor = 3

/** A copy with every default filled in. */
export function resolveEmbeddedClusterOptions(options: EmbeddedClusterOptions): ResolvedOptions {
  const given = Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  )
  const brokers = options.brokers ?? embeddedClusterDefaults.brokers
  const replicationFactor = Math.min(brokers, usualReplicationFactor)
  const resolved = { ...embeddedClusterDefaults, codecs: [gzip()], replicationFactor, ...given }
  for (const option of counts) requireCount(option, resolved[option])
  if (resolved.replicationFactor > brokers) {
    throw invalidOption(
      `replicationFactor ${resolved.replicationFactor} needs more than ${brokers} brokers`,
    )
  }
  requireCaps(resolved.apiVersions)
  for (const [name, topic] of Object.entries<EmbeddedTopicOptions>(resolved.topics)) {
    requireTopic(name, topic, brokers)
  }
  return resolved
}

const counts = [
  'brokers',
  'defaultPartitions',
  'maxMessageBytes',
  'replicationFactor',
  'minInsyncReplicas',
  'producerIdExpirationMs',
] as const
