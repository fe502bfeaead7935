import { KafkaError, type CompressionCodec } from '@sluice/protocol'
import { gzip } from '@sluice/protocol/gzip'
import { isLegalTopicName } from './topic-name.js'

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
  /** Told of connections that are closed for what the client sent.
   *  @defaultValue nobody */
  readonly logger?: EmbeddedClusterLogger
}

/** One topic of {@link EmbeddedClusterOptions}. */
export interface EmbeddedTopicOptions {
  readonly partitions: number
}

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
  logger: { warn() {} },
} as const satisfies Omit<Required<EmbeddedClusterOptions>, 'codecs'>

/** A copy with every default filled in. */
export function resolveEmbeddedClusterOptions(
  options: EmbeddedClusterOptions,
): Required<EmbeddedClusterOptions> {
  const given = Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  )
  const resolved = { ...embeddedClusterDefaults, codecs: [gzip()], ...given }
  requireCount('brokers', resolved.brokers)
  requireCount('defaultPartitions', resolved.defaultPartitions)
  requireCount('maxMessageBytes', resolved.maxMessageBytes)
  for (const [name, topic] of Object.entries<EmbeddedTopicOptions>(resolved.topics)) {
    if (!isLegalTopicName(name)) throw invalid(`topics: ${JSON.stringify(name)} is no legal name`)
    requireCount(`topics.${name}.partitions`, topic.partitions)
  }
  return resolved
}

function requireCount(option: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) {
    throw invalid(`${option} must be a positive integer, not ${value}`)
  }
}

function invalid(detail: string): KafkaError {
  return new KafkaError('INVALID_OPTION', detail)
}
