import {
  booleanOption,
  type CompressionCodec,
  functionOption,
  longestTimerMs,
  optionsOf,
  wholeOption,
} from '@sluice/protocol'
import { gzip } from '@sluice/protocol/gzip'
import { requireCaps, type VersionCaps } from './api-names.js'
import { requireFeatureLevel, transactionVersion } from './feature-levels.js'
import type { EmbeddedListen } from './listening/client-stream.js'
import { listenOnLoopback } from './listening/tcp-listener.js'
import { requireCount, invalidOption } from './require-option.js'
import { processRuntime, type EmbeddedRuntime } from './runtime.js'
import {
  type EmbeddedTelemetryOptions,
  resolveTelemetryOptions,
  type TelemetrySubscription,
} from './telemetry-options.js'
import { requireTopic, type EmbeddedTopicOptions } from './topic-options.js'

/** The options of {@link createEmbeddedCluster}. */
export interface EmbeddedClusterOptions {
  /** How many brokers. Their node ids are 0, 1, …
   *  @defaultValue 1 */
  readonly brokers?: number
  /** The rack of each broker, by node id. A broker beyond the list has no rack.
   *  @defaultValue none */
  readonly racks?: readonly string[]
  /** Topics that exist from the start, by name.
   *  @defaultValue none */
  readonly topics?: Readonly<Record<string, EmbeddedTopicOptions>>
  /** Codecs that the brokers can read. A batch of another codec is refused with UNSUPPORTED_COMPRESSION_TYPE.
   *  @defaultValue gzip */
  readonly codecs?: readonly CompressionCodec[]
  /** Whether a Metadata request that allows it creates the topics that it names.
   *  @defaultValue true */
  readonly autoCreateTopics?: boolean
  /** How many partitions a topic has that a Metadata request creates.
   *  @defaultValue 1 */
  readonly defaultPartitions?: number
  /** The largest batch in bytes that a broker takes, Kafka's `message.max.bytes`.
   *  @defaultValue 1048588 */
  readonly maxMessageBytes?: number
  /** How many brokers have a replica of each partition.
   *  @defaultValue 3, or as many as there are brokers */
  readonly replicationFactor?: number
  /** How many replicas must be in sync for a Produce with `acks` all, Kafka's `min.insync.replicas`.
   *  @defaultValue 1 */
  readonly minInsyncReplicas?: number
  /** The highest version of each API that the brokers speak, by Kafka's name. `null` for an API that they do not have.
   *  @defaultValue every version that is implemented */
  readonly apiVersions?: VersionCaps
  /** The features that the cluster has finalized, with their levels. ApiVersions tells them (KIP-584), and the level of
   *  `transaction.version` (0, 1 or 2) says how the coordinator fences a producer. `finalizeFeature` changes a level.
   *  @defaultValue `{ 'transaction.version': 2 }` */
  readonly finalizedFeatures?: Readonly<Record<string, number>>
  /** After how many milliseconds an idempotent producer is forgotten, Kafka's `producer.id.expiration.ms`.
   *  @defaultValue 86400000 */
  readonly producerIdExpirationMs?: number
  /** The longest time-out in milliseconds that a transaction may have, Kafka's `transaction.max.timeout.ms`.
   *  @defaultValue 900000 */
  readonly transactionMaxTimeoutMs?: number
  /** How long the first members of a consumer group wait for further ones, Kafka's `group.initial.rebalance.delay.ms`.
   *  Kafka's own default is 3000.
   *  @defaultValue 0 */
  readonly groupInitialRebalanceDelayMs?: number
  /** The shortest session time-out in milliseconds that a member of a group may have, Kafka's `group.min.session.timeout.ms`.
   *  @defaultValue 6000 */
  readonly groupMinSessionTimeoutMs?: number
  /** The longest session time-out in milliseconds that a member of a group may have, Kafka's `group.max.session.timeout.ms`.
   *  @defaultValue 1800000 */
  readonly groupMaxSessionTimeoutMs?: number
  /** How long in milliseconds the offsets of a group are kept that has no members, Kafka's `offsets.retention.minutes`.
   *  @defaultValue 604800000 */
  readonly offsetsRetentionMs?: number
  /** Lets the brokers ask clients for their metrics (KIP-714), as a Kafka with a receiver for them does.
   *  @defaultValue none: the brokers do not have these APIs */
  readonly telemetry?: EmbeddedTelemetryOptions
  /** The clock and timers.
   *  @defaultValue those of the process */
  readonly runtime?: EmbeddedRuntime
  /** Opens the listener of each broker: in memory, for example, where a test lets no byte leave the process.
   *  @defaultValue TCP on a free port of the loopback address */
  readonly listen?: EmbeddedListen
  /** Hears of each connection that a broker closes because of what the client sent.
   *  @defaultValue none */
  readonly logger?: EmbeddedClusterLogger
}

/** {@link EmbeddedClusterOptions} with every option set. */
export type ResolvedOptions = Required<Omit<EmbeddedClusterOptions, 'telemetry'>> & {
  readonly telemetry: TelemetrySubscription | null
}

/** Where the cluster reports what clients did wrong. `console` fits. */
export interface EmbeddedClusterLogger {
  /** Takes one line of text. */
  warn(message: string): void
}

/** The value of each option that is not given. */
export const embeddedClusterDefaults = {
  brokers: 1,
  racks: [],
  topics: {},
  autoCreateTopics: true,
  defaultPartitions: 1,
  maxMessageBytes: 1_048_588,
  minInsyncReplicas: 1,
  apiVersions: {},
  finalizedFeatures: { [transactionVersion]: 2 },
  producerIdExpirationMs: 86_400_000,
  transactionMaxTimeoutMs: 900_000,
  groupInitialRebalanceDelayMs: 0,
  groupMinSessionTimeoutMs: 6000,
  groupMaxSessionTimeoutMs: 1_800_000,
  offsetsRetentionMs: 604_800_000,
  telemetry: null,
  runtime: processRuntime,
  listen: listenOnLoopback,
  logger: { warn() {} },
} as const satisfies Omit<ResolvedOptions, 'codecs' | 'replicationFactor'>

const names = [...Object.keys(embeddedClusterDefaults), 'codecs', 'replicationFactor']

/** As many replicas as a production cluster has, when there are enough brokers. */
const usualReplicationFactor = 3

/**
 * Copies the options and fills in every default.
 *
 * @throws KafkaError INVALID_OPTION when an option is wrong or contradicts another one.
 */
export function resolveEmbeddedClusterOptions(options: EmbeddedClusterOptions): ResolvedOptions {
  const given = Object.fromEntries(
    Object.entries(optionsOf('createEmbeddedCluster', options, names)).filter(
      ([, value]) => value !== undefined,
    ),
  )
  const brokers = options.brokers ?? embeddedClusterDefaults.brokers
  requireCount('brokers', brokers)
  const replicationFactor = Math.min(brokers, usualReplicationFactor)
  const resolved = { ...embeddedClusterDefaults, codecs: [gzip()], replicationFactor, ...given }
  booleanOption('autoCreateTopics', resolved.autoCreateTopics)
  functionOption('listen', resolved.listen)
  for (const option of counts) requireCount(option, resolved[option])
  wholeOption(
    'groupInitialRebalanceDelayMs',
    resolved.groupInitialRebalanceDelayMs,
    0,
    longestTimerMs,
  )
  if (resolved.replicationFactor > brokers) {
    throw invalidOption(
      `replicationFactor ${resolved.replicationFactor} needs more than ${brokers} brokers`,
    )
  }
  requireCaps(resolved.apiVersions)
  for (const feature of Object.entries<number>(resolved.finalizedFeatures)) {
    requireFeatureLevel(...feature)
  }
  for (const [name, topic] of Object.entries<EmbeddedTopicOptions>(resolved.topics)) {
    requireTopic(name, topic, brokers)
  }
  const { telemetry } = options
  return {
    ...resolved,
    telemetry: telemetry === undefined ? null : resolveTelemetryOptions(telemetry),
  }
}

const counts = [
  'brokers',
  'defaultPartitions',
  'maxMessageBytes',
  'replicationFactor',
  'minInsyncReplicas',
  'producerIdExpirationMs',
  'transactionMaxTimeoutMs',
  'groupMinSessionTimeoutMs',
  'groupMaxSessionTimeoutMs',
  'offsetsRetentionMs',
] as const
