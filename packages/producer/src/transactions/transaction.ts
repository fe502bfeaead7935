import type { ProducerRecord, RecordContent, RecordMetadata } from '@sluice/protocol'
import type { AbortOptions } from '../delivery/abort-signal.js'
import type { DeliveryCallback } from '../delivery/delivery-callback.js'

/**
 * One transaction: its records, in any number of partitions, and the offsets that it was given become visible to consumers
 * with `isolation.level=read_committed` together, or not at all. `Producer.beginTransaction` begins it.
 *
 * Whatever fails in it dooms it: a record that is refused or not delivered, awaited or not, or offsets. From then on its calls
 * reject with TRANSACTION_ABORTABLE, whose `cause` is the first failure, `commit` too, and only `abort` works. So the promise
 * of a `send` need not be awaited: `commit` tells of its failure.
 *
 * After its end each call is refused with ILLEGAL_STATE. `await using` aborts what is still open.
 */
export interface Transaction<K = RecordContent, V = RecordContent> extends AsyncDisposable {
  /**
   * As `Producer.send`, in the transaction.
   *
   * @throws KafkaError as `Producer.send`; TRANSACTION_ABORTABLE once something has failed; PRODUCER_FENCED; ILLEGAL_STATE from
   * the call of `commit` or `abort` on
   */
  send(record: ProducerRecord<K, V>, options?: AbortOptions): Promise<RecordMetadata>
  /**
   * As `Producer.sendMany`, in the transaction.
   *
   * @throws KafkaError as `Producer.sendMany`, and what `send` throws
   */
  sendMany(
    records: readonly ProducerRecord<K, V>[],
    options?: AbortOptions,
  ): Promise<RecordMetadata[]>
  /**
   * As `Producer.enqueue`, in the transaction. After `false` wait for `Producer.drained`.
   *
   * @throws KafkaError as `Producer.enqueue`, and what `send` throws, but for failures that come later
   */
  enqueue<C = undefined>(
    record: ProducerRecord<K, V>,
    onDelivery?: DeliveryCallback<C>,
    context?: C,
  ): boolean
  /**
   * Resolves when all that the transaction was given has arrived: each record is acknowledged. It is no commit: do what must
   * come before it, such as the commit of a database, then `commit`.
   *
   * @throws KafkaError the first failure, after all has settled; ILLEGAL_STATE after the end, and inside a delivery callback;
   * ABORTED by its signal; PRODUCER_CLOSED
   */
  flush(options?: AbortOptions): Promise<void>
  /**
   * Adds offsets of a consumer group to the transaction: they are committed with it (KIP-447). An empty list sends nothing.
   *
   * @throws KafkaError INVALID_ARGUMENT, INVALID_TOPIC_EXCEPTION; the coordinator's code where it refuses them, such as
   * ILLEGAL_GENERATION; TRANSACTION_TIMEOUT after `maxBlockMs`: the same call made again waits for the same end; and what `send`
   * throws
   */
  sendOffsets(offsets: TransactionOffsets): Promise<void>
  /**
   * Commits. It waits until everything that was given has settled, and the callbacks have been called.
   *
   * @throws KafkaError TRANSACTION_ABORTABLE, or another with `abortable`, where the transaction is not committed
   * (`persisted: 'no'`), or may be, where an attempt before was not answered (`persisted: 'possibly'`): call `abort`.
   * TRANSACTION_TIMEOUT after `maxBlockMs`: it may be committed (`persisted: 'possibly'`), call `commit` again, which waits for the
   * same end, or go on with `beginTransaction`. PRODUCER_FENCED where another producer has the id: close this one. ILLEGAL_STATE
   * after the end, and inside a delivery callback; PRODUCER_CLOSED
   */
  commit(): Promise<void>
  /**
   * Aborts. What was not sent is failed with ABORTED. It resolves when the transaction is surely aborted and all its records have
   * settled, also where the broker has aborted it already, and where it was aborted before.
   *
   * @throws KafkaError ILLEGAL_STATE after `commit` while its outcome is not known, after the end, and inside a delivery callback;
   * TRANSACTION_TIMEOUT after `maxBlockMs`: call `abort` again, which waits for the same end, or go on with
   * `beginTransaction`; PRODUCER_FENCED; PRODUCER_CLOSED
   */
  abort(): Promise<void>
}

/** Up to where a consumer group has read, for `Transaction.sendOffsets`. */
export interface TransactionOffsets {
  /** The group's id. */
  readonly groupId: string
  /** The next offset to read, of each partition. */
  readonly offsets: readonly TopicPartitionOffset[]
  /** The id of the member that has read the records. It counts only with `generationId`. */
  readonly memberId?: string
  /** The generation of the group in which it has. Without it, and with −1, offsets of a member that the group has put out
   *  are accepted, too: a zombie is not fenced. */
  readonly generationId?: number
  /** The `group.instance.id` of a static member. It counts only with `generationId`. */
  readonly groupInstanceId?: string | null
}

/** The next offset to read of one partition. */
export interface TopicPartitionOffset {
  /** The topic's name. */
  readonly topic: string
  /** The partition's number. */
  readonly partition: number
  /** The offset of the last record that was read, and one more. Text holds decimal digits, as consumers with JSON have it. */
  readonly offset: bigint | number | string
  /** The leader epoch of the last record that was read.
   *  @defaultValue not known */
  readonly leaderEpoch?: number
  /** Whatever the consumer wants to keep with it.
   *  @defaultValue null */
  readonly metadata?: string | null
}
