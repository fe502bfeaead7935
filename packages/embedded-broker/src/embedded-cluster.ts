import type { EmbeddedApiName } from './api-names.js'
import type { EmbeddedBroker } from './embedded-broker.js'
import type { EmbeddedConsumerGroup, EmbeddedGroup, EmbeddedOffset } from './embedded-group.js'
import type { EmbeddedRecord, RecordsOptions } from './embedded-record.js'
import type { EmbeddedTopic } from './embedded-topic.js'
import type { EmbeddedTransaction } from './embedded-transaction.js'
import type { InterceptOptions, Interceptor } from './intercepted-call.js'
import type { EmbeddedTelemetryOptions, EmbeddedTelemetryPush } from './telemetry-options.js'
import type { EmbeddedTopicChanges, EmbeddedTopicOptions } from './topic-options.js'

/** A Kafka cluster in this process. */
export interface EmbeddedCluster extends AsyncDisposable {
  /** `host:port` of each broker, by node id. */
  readonly bootstrapServers: string[]
  /** The brokers, by node id. */
  readonly brokers: readonly EmbeddedBroker[]
  /**
   * The records of a topic, partition by partition, in the order of each log. Empty for a topic that does not exist.
   *
   * @param options Whether to leave out what `read_committed` consumers do not read; the default is every record.
   * @throws KafkaError INVALID_OPTION when the isolation is none of Kafka's.
   */
  records(topic: string, options?: RecordsOptions): EmbeddedRecord[]
  /** How many batches of clients the logs of a topic hold. 0 for a topic that does not exist. */
  batchCount(topic: string): number
  /** A topic as it is now. Undefined when no topic has that name. */
  topic(name: string): EmbeddedTopic | undefined

  /**
   * Creates a topic.
   *
   * @param options Its settings. The default is one partition and the settings of the cluster.
   * @throws KafkaError INVALID_OPTION when the topic exists already, or when the options cannot be followed.
   */
  createTopic(name: string, options?: Partial<EmbeddedTopicOptions>): void
  /**
   * Deletes a topic with its records. When it is created again it is another topic, with another id.
   *
   * @throws KafkaError INVALID_OPTION when there is no such topic.
   */
  deleteTopic(name: string): void
  /**
   * Changes settings of a topic, or adds partitions.
   *
   * @throws KafkaError INVALID_OPTION when there is no such topic, or when it would have fewer partitions than before.
   */
  alterTopic(name: string, changes: EmbeddedTopicChanges): void
  /**
   * Leaves a topic out of every Metadata answer, though it exists and takes records.
   *
   * @returns A function that shows the topic again.
   */
  hideTopic(name: string): () => void
  /**
   * Removes the records before an offset, as retention does, up to the high watermark at most.
   *
   * @throws KafkaError INVALID_OPTION when there is no such partition.
   */
  deleteRecords(topic: string, partition: number, before: bigint): void
  /** Makes every partition forget its producers that have no transaction open there, as when their ids have expired. */
  forgetProducers(): void
  /**
   * Makes every partition remember only the last batch of each producer, as a broker does that was stopped in good order and
   * started again: it answers OUT_OF_ORDER_SEQUENCE_NUMBER where an earlier batch is repeated.
   */
  forgetEarlierBatches(): void

  /**
   * Makes another broker lead a partition, in a new leader epoch. Records that held-back replicas lack are lost.
   *
   * @param broker The node id of the new leader, −1 for no leader. A broker without a replica takes the place of the old
   * leader among the replicas.
   * @throws KafkaError INVALID_OPTION when there is no such partition or no such broker.
   */
  moveLeader(topic: string, partition: number, broker: number): void
  /** Makes the controller notice the brokers that were stopped with `keepLeaders`, and elect other leaders. */
  electLeaders(): void
  /**
   * Says which replicas are in sync. With fewer than `minInsyncReplicas` a Produce with `acks` all is refused, and
   * nothing that is written with other `acks` is committed.
   *
   * @param brokers Node ids of replicas of the partition, its leader included.
   * @throws KafkaError INVALID_OPTION when there is no such partition, or when these brokers cannot be in sync.
   */
  setInSyncReplicas(topic: string, partition: number, brokers: readonly number[]): void
  /**
   * Keeps new records from the followers of a partition: a Produce with `acks` all waits, and ends as
   * REQUEST_TIMED_OUT after its time.
   *
   * @returns A function that lets the followers have the records.
   * @throws KafkaError INVALID_OPTION when there is no such partition, or when no follower is in sync.
   */
  holdReplication(topic: string, partition: number): () => void

  /** What clients have pushed, the oldest first. Empty without the option `telemetry`. */
  readonly telemetryPushes: readonly EmbeddedTelemetryPush[]
  /**
   * Wants other metrics. Clients hear of it when they push the next time.
   *
   * @throws KafkaError INVALID_OPTION without the option `telemetry`, and when an option is wrong.
   */
  subscribeTelemetry(options: EmbeddedTelemetryOptions): void

  /** A transactional id as it is now. Undefined when no producer has named it in InitProducerId. */
  transaction(transactionalId: string): EmbeddedTransaction | undefined
  /**
   * Holds back the markers that end transactions, so that CONCURRENT_TRANSACTIONS is seen: a transaction stays in
   * `PrepareCommit` or `PrepareAbort`, and its records stay in doubt.
   *
   * @returns A function that lets the markers be written.
   */
  holdMarkers(): () => void
  /**
   * Aborts an open transaction at once, and fences its producer, as when its time has run out.
   *
   * @throws KafkaError INVALID_OPTION when the id is not known, or when it has no transaction open.
   */
  timeOutTransaction(transactionalId: string): void
  /**
   * Sets the epoch of a transactional producer, so that a test need not begin 32 766 times to see how the epochs of a
   * producer id run out.
   *
   * @throws KafkaError INVALID_OPTION when the id is not known, or when the epoch is none.
   */
  setProducerEpoch(transactionalId: string, epoch: number): void
  /**
   * Makes another broker the coordinator of a group or of a transactional id. The old coordinator answers NOT_COORDINATOR from then on.
   *
   * @param name The group id or the transactional id.
   * @param broker The node id of the new coordinator, −1 for none.
   * @throws KafkaError INVALID_OPTION when there is no such broker.
   */
  moveCoordinator(kind: 'group' | 'transaction', name: string, broker: number): void
  /**
   * Sets the level of a finalized feature, such as `transaction.version`. A client sees it when it asks for ApiVersions
   * again, which is when it connects.
   *
   * @throws KafkaError INVALID_OPTION when the level is none of the feature.
   */
  finalizeFeature(name: string, level: number): void
  /** A consumer group as it is now. Undefined when no client has joined it, and none has committed offsets for it. */
  group(groupId: string): EmbeddedConsumerGroup | undefined
  /**
   * Removes a member from its group, as when its session has run out: the others share its partitions, and what the member
   * sends is answered UNKNOWN_MEMBER_ID until it joins again.
   *
   * @throws KafkaError INVALID_OPTION when the group has no such member.
   */
  evictMember(groupId: string, memberId: string): void
  /**
   * Takes partitions away from the consumers of a group, as when another member had them: a rebalance begins, and nobody
   * gets these partitions, whatever the leader of the group assigns.
   *
   * @returns A function that gives them back, with another rebalance.
   * @throws KafkaError INVALID_OPTION when there is no such partition.
   */
  takePartitions(groupId: string, topic: string, partitions: readonly number[]): () => void
  /**
   * Puts members into a consumer group, in place of those it had, without a client that joins. They are never heard of and
   * never expire. TxnOffsetCommit and OffsetCommit are refused to all other clients, and so is JoinGroup.
   *
   * @throws KafkaError INVALID_OPTION when the generation is negative or no integer.
   */
  setGroup(groupId: string, group: EmbeddedGroup): void
  /** The offsets that a consumer group has committed. Those of transactions that have not ended are not among them. */
  committedOffsets(groupId: string): EmbeddedOffset[]

  /**
   * Puts a function between the clients and the brokers, for the requests of one API. When there are several, the newest
   * sees a request first.
   *
   * @param api The API, by Kafka's name.
   * @param options Which requests the function sees; the default is all of them.
   * @returns A function that removes the interceptor.
   * @throws KafkaError INVALID_OPTION when the API is none of `EmbeddedApis`, or `times` is not positive.
   */
  intercept<Name extends EmbeddedApiName>(
    api: Name,
    interceptor: Interceptor<Name>,
    options?: InterceptOptions,
  ): () => void

  /**
   * Closes every listener and connection, and resolves when they are closed. A second call waits for the first.
   *
   * @throws The first error that an interceptor threw, as a rejection.
   */
  close(): Promise<void>
}
