import type { ErrorCode, KafkaError, PartitionMetadata } from '@sluice/protocol'

/** The metadata of the cluster. It refreshes itself in the background, one request at a time. */
export interface ClusterMetadata {
  /** Grows with each change, so that a reader can tell cheaply whether to look again. */
  readonly version: number
  /**
   * The features that the cluster has finalized, by name, with the highest level that may be used (KIP-584), like
   * `transaction.version`. Merged from the brokers that the client is connected to: the highest epoch counts. Empty before
   * the first connection, and where brokers do not know features.
   */
  readonly features: ReadonlyMap<string, number>
  /** The metadata of one topic; undefined until the cluster has answered for it. */
  topic(name: string): TopicMetadata | undefined
  /** The `id` of the topic alone. `topic` may have to copy all partitions after a hint; this never does. */
  topicId?(name: string): string | undefined
  /**
   * The leader of one partition; null while it is not known. A call counts as a use of the topic: one without a use for
   * `metadataMaxIdleMs` is forgotten, and the next call here asks the cluster for it again.
   */
  leader(topic: string, partition: number): PartitionLeader | null
  /** Sets the watcher, which hears at once of each topic that changes. It only notes the name. */
  watch?(watcher: TopicWatcher): void
  /** From now on this topic is part of every refresh; an unknown one is asked for at once. */
  want(topic: string): void
  /** Asks for a refresh as soon as the back-off permits. Does nothing while a refresh is under way. */
  refresh(): void
  /** Takes in a leader that a broker named in a Produce answer (KIP-951), unless the known one is as new. */
  applyLeader(change: LeaderChange): void
  /**
   * Tells what a broker answered to a batch for a partition that it leads as far as is known; null for an OK. A leader epoch
   * that is too high cannot be told from a new one by the metadata alone: refusals of that leader make it doubtful, and an OK
   * ends the doubt.
   */
  leaderAnswered?(
    topic: string,
    partition: number,
    leader: PartitionLeader,
    error: ErrorCode | null,
  ): void
  /** Why there is no newer metadata; null after a refresh that worked. */
  readonly lastError: KafkaError | null
}

/** Hears which topics have changed, so that it need not look at all of them. */
export interface TopicWatcher {
  /** The metadata of the topic has changed, or is known for the first time. */
  changed(topic: string): void
  /** The topic was not used for `metadataMaxIdleMs`, and nothing is known of it any more. */
  forgotten(topic: string): void
}

/** What the cluster says about one topic. */
export interface TopicMetadata {
  /** The topic's name. */
  readonly name: string
  /** The topic's id (KIP-516); `zeroUuid` where the broker's version has no topic ids. */
  readonly id: string
  /**
   * Set when the cluster refuses the topic for good (INVALID_TOPIC_EXCEPTION, TOPIC_AUTHORIZATION_FAILED, and where
   * `allowAutoTopicCreation` is false UNKNOWN_TOPIC_OR_PARTITION); then there are no partitions.
   */
  readonly error: ErrorCode | null
  /** By partition number. */
  readonly partitions: readonly PartitionMetadata[]
}

/** The leader of one partition. */
export interface PartitionLeader {
  /** The id of the broker. */
  readonly node: number
  /** Grows with each new leader; −1 where the broker's version does not tell. */
  readonly epoch: number
}

/** A new leader of one partition. */
export interface LeaderChange {
  /** The topic's name. */
  readonly topic: string
  /** The number of the partition. */
  readonly partition: number
  /** The id of the broker that leads it now. */
  readonly leader: number
  /** The leader epoch. */
  readonly epoch: number
  /** The address of the new leader, if the broker has named it. */
  readonly endpoint?: LeaderEndpoint
}

/** The address of a new leader, as a broker has named it. */
export interface LeaderEndpoint {
  /** A name or an address. */
  readonly host: string
  /** 1 to 65535. */
  readonly port: number
  /** The rack of the broker; null where it has none. */
  readonly rack: string | null
}
