import type { Partitioner } from '@sluice/partitioner'
import type { KafkaError, ProducerRecord, RecordContent } from '@sluice/protocol'
import type { ProducerInterceptor } from '../interception/interceptor.js'
import type { Producer } from '../producer.js'
import type { ProducerRuntime } from '../runtime.js'
import type { Serializer } from '../serialization/serializer.js'
import type { TransactionOffsets } from '../transactions/transaction.js'

/** A producer without a cluster. A test reads its history and decides how its records end. */
export interface MockProducer<K = RecordContent, V = RecordContent> extends Producer<K, V> {
  /** The records that it took, in the order of the calls, as they were given; keys and values as serializers have made them. They
   *  are copies, bytes and headers included. */
  readonly sent: readonly ProducerRecord[]
  /** The records of `sent` that have not settled. */
  readonly pending: readonly ProducerRecord[]
  /** True from the first `close()` on. */
  readonly closed: boolean
  /**
   * Acknowledges the record that has been pending for longest, with the next offset of its partition.
   * @returns false when no record is pending
   */
  completeNext(): boolean
  /** Fails the record that has been pending for longest, with this very error. @returns false when no record is pending */
  failNext(error: KafkaError): boolean
  /** Acknowledges this record. @returns false when it has settled. @throws KafkaError INVALID_ARGUMENT for a record that is not in `sent` */
  complete(sent: ProducerRecord): boolean
  /** Fails this record, with this very error. @returns false when it has settled. @throws KafkaError INVALID_ARGUMENT for a record that is not in `sent` */
  fail(sent: ProducerRecord, error: KafkaError): boolean
  /** The transactions that were begun, in order. Empty without `transactionalId`. */
  readonly transactions: readonly MockTransaction[]
  /**
   * The next `commit` that reaches the coordinator fails with this very error, once. With `persisted: 'no'`, or with a code
   * that asks for an abort such as TRANSACTION_ABORTABLE, the transaction is left to be aborted. With a fatal code, such as
   * PRODUCER_FENCED, no other can begin. Otherwise it may be committed, and `commit` can be called again.
   *
   * @throws KafkaError ILLEGAL_STATE without `transactionalId`
   */
  failCommit(error: KafkaError): void
  /** Forgets the records that have settled, and the transactions that have ended. Offsets go on. */
  clear(): void
}

/** A transaction of a mock producer. */
export interface MockTransaction {
  /** The records that it took, as those of `MockProducer.sent`. */
  readonly records: readonly ProducerRecord[]
  /** What `sendOffsets` was given, once for each call. Each offset is a bigint. */
  readonly offsets: readonly TransactionOffsets[]
  /** `open` until it is surely committed or aborted. */
  readonly state: 'open' | 'committed' | 'aborted'
}

/** What `createMockProducer` takes. Everything has a default. */
export interface MockProducerOptions<K = RecordContent, V = RecordContent> {
  /**
   * Whether records settle by themselves: `true` acknowledges them, `false` leaves them to the test, and a function
   * gives for each record the error that it fails with, or null.
   * @defaultValue true
   */
  readonly autoComplete?: boolean | ((record: ProducerRecord) => KafkaError | null)
  /** How long a record that settles by itself takes, in ms of the runtime's timer. With 0 it settles in a
   *  microtask, even under faked timers.
   *  @defaultValue 0 */
  readonly latencyMs?: number
  /** The number of partitions of every topic, or of each named topic; all others have one.
   *  @defaultValue 1 */
  readonly partitions?: number | Readonly<Record<string, number>>
  /** Chooses the partition of records that name none.
   *  @defaultValue uniformStickyPartitioner(), which places keys as a real producer does */
  readonly partitioner?: Partitioner
  /** Makes the producer transactional: it sends in transactions alone.
   *  @defaultValue none */
  readonly transactionalId?: string
  /** A record that is larger before it is compressed is refused with RECORD_TOO_LARGE.
   *  @defaultValue 1048576 */
  readonly maxRequestBytes?: number
  /** Makes keys into what is written.
   *  @defaultValue none: keys are text or bytes */
  readonly keySerializer?: Serializer<K>
  /** Makes values into what is written.
   *  @defaultValue none: values are text or bytes */
  readonly valueSerializer?: Serializer<V>
  /** See each record before it is sent, and its end. What `sent` has is what they gave.
   *  @defaultValue none */
  readonly interceptors?: readonly ProducerInterceptor[]
  /** Takes the errors of failed records that have neither a promise nor a callback.
   *  @defaultValue none: a process warning */
  readonly onDeliveryError?: (error: KafkaError) => void
  /** Clocks and timers.
   *  @defaultValue nodeRuntime() */
  readonly runtime?: ProducerRuntime
}
