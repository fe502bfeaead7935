/**
 * The transactions of a sender with a `transactionalId` (KIP-98; Kafka's `TransactionManager`). One transaction is open at a
 * time. All calls are plain data, so the caller may live on another thread. None of them has a time-out: what was begun goes
 * on until the brokers have decided, and a caller that does not want to wait so long asks again.
 */
export interface Transactions {
  /**
   * Finds the coordinator and gets the producer id: an earlier producer with the same transactional id is fenced, and what it
   * left open is aborted. Resolves at once where that has been done. A call that comes meanwhile waits for the same end.
   *
   * @throws KafkaError INVALID_TRANSACTION_TIMEOUT, TRANSACTIONAL_ID_AUTHORIZATION_FAILED and whatever else the cluster refuses
   * it with; then the next call tries again. PRODUCER_FENCED, PRODUCER_CLOSED.
   */
  initialize(): Promise<void>
  /**
   * Begins a transaction, once the end of the one before is known. No broker hears of it before the first batch.
   *
   * @throws KafkaError what `initialize` throws; ILLEGAL_STATE while a transaction is open
   */
  begin(): Promise<void>
  /**
   * Adds offsets of a consumer group to the transaction: they are valid once it commits (KIP-447).
   *
   * @throws KafkaError with `abortable`: the transaction cannot commit any more. PRODUCER_FENCED, PRODUCER_CLOSED.
   */
  sendOffsets(offsets: OffsetsOfGroup): Promise<void>
  /**
   * Ends the transaction. With `commit` all its records must have settled: the caller waits for them first. Without, batches
   * that are not in flight fail when the abort is certain, which includes those that were given to the queue meanwhile.
   * A call with the same value that comes while the end is under way waits for the same end.
   *
   * @throws KafkaError with `persisted: 'no'` where the transaction is surely not committed, and `'possibly'` where it may be;
   * with `abortable` where `end(false)` is what remains to be done. ILLEGAL_STATE while the other end is under way, and where
   * no transaction is open. PRODUCER_FENCED, PRODUCER_CLOSED.
   */
  end(commit: boolean): Promise<void>
}

/** Offsets that a consumer group has read up to. */
export interface OffsetsOfGroup {
  /** The group's id. */
  readonly groupId: string
  /** Which member of the group has read the records; '' where that is not to be checked. */
  readonly memberId: string
  /** The generation of the group in which it did; −1 where that is not to be checked. */
  readonly generationId: number
  /** The member's `group.instance.id`; null where it has none. */
  readonly groupInstanceId: string | null
  /** One for each partition. */
  readonly offsets: readonly OffsetOfPartition[]
}

/** Up to where one partition was read. */
export interface OffsetOfPartition {
  /** The topic's name. */
  readonly topic: string
  /** The partition's number. */
  readonly partition: number
  /** The offset of the next record to read. */
  readonly offset: bigint
  /** The leader epoch of the last record that was read; −1 where it is not known. */
  readonly leaderEpoch: number
  /** Whatever the consumer wants to keep with it; null for nothing. */
  readonly metadata: string | null
}
