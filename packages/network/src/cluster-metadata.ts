import type { ErrorCode, KafkaError, PartitionMetadata } from '@sluice/protocol'

/** What is known of the cluster. It refreshes itself in the background, one request at a time. */
export interface ClusterMetadata {
  /** Grows with each change, so that a reader can tell cheaply whether to look again. */
  readonly version: number
  /**
   * The features that the cluster has finalized, by name, with the highest level that may be used (KIP-584), like
   * `transaction.version`. Merged from the brokers that the client is connected to: the highest epoch counts. Empty before
   * the first connection, and where brokers do not know features.
   */
  readonly features: ReadonlyMap<string, number>
  /** Undefined until the cluster has answered for it. */
  topic(name: string): TopicMetadata | undefined
  /** Whoever asks uses the topic; one that nobody has used for `metadataMaxIdleMs` is forgotten, and asked for again here. */
  leader(topic: string, partition: number): PartitionLeader | null
  /** From now on this topic is part of every refresh; an unknown one is asked for at once. */
  want(topic: string): void
  /** Asks for a refresh as soon as the back-off permits. Does nothing while one is under way. */
  refresh(): void
  /** Applies a leader that a broker named in a Produce answer (KIP-951), unless what is known is newer. */
  applyLeader(change: LeaderChange): void
  /** Why there is no newer metadata; null after a refresh that worked. */
  readonly lastError: KafkaError | null
}

export interface TopicMetadata {
  readonly name: string
  /** `zeroUuid` where the broker's version has no topic ids. */
  readonly id: string
  /**
   * Set when the cluster refuses the topic for good (INVALID_TOPIC_EXCEPTION, TOPIC_AUTHORIZATION_FAILED, and where
   * `allowAutoTopicCreation` is false UNKNOWN_TOPIC_OR_PARTITION); then there are no partitions.
   */
  readonly error: ErrorCode | null
  /** Index = partition number. */
  readonly partitions: readonly PartitionMetadata[]
}

export interface PartitionLeader {
  readonly node: number
  readonly epoch: number
}

export interface LeaderChange {
  readonly topic: string
  readonly partition: number
  readonly leader: number
  readonly epoch: number
  /** Where the new leader listens, if the broker said. */
  readonly endpoint?: { readonly host: string; readonly port: number; readonly rack: string | null }
}
