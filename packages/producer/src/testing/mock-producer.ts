import type { Partitioner } from '@sluice/partitioner'
import type { KafkaError, ProducerRecord } from '@sluice/protocol'
import type { Producer } from '../producer.js'
import type { ProducerRuntime } from '../runtime.js'

/** A producer that a test looks into, and whose answers it gives. */
export interface MockProducer extends Producer {
  /** The records it took, in the order of the calls, as they were given: copies, bytes and headers included. */
  readonly sent: readonly ProducerRecord[]
  /** Those of them that have not settled. */
  readonly pending: readonly ProducerRecord[]
  /** True from the first `close()` on. */
  readonly closed: boolean
  /**
   * Acknowledges the record that is pending for longest, under its partition's next offset.
   * @returns false when none is pending
   */
  completeNext(): boolean
  /** Fails it, with this very error. @returns false when none is pending */
  failNext(error: KafkaError): boolean
  /** Acknowledges this one. @returns false when it has settled. @throws KafkaError INVALID_ARGUMENT for a record that is not in `sent` */
  complete(sent: ProducerRecord): boolean
  /** Fails this one. @returns false when it has settled. @throws KafkaError INVALID_ARGUMENT for a record that is not in `sent` */
  fail(sent: ProducerRecord, error: KafkaError): boolean
  /** Forgets the records that have settled. Offsets go on. */
  clear(): void
}

export interface MockProducerOptions {
  /**
   * Whether records settle by themselves: `true` acknowledges them, `false` leaves them to the test, and a function
   * tells for each: the error that it fails with, or null.
   * @defaultValue true
   */
  readonly autoComplete?: boolean | ((record: ProducerRecord) => KafkaError | null)
  /** How long a record is under way where it settles by itself, in ms of the runtime's timer. With 0 it settles in a
   *  microtask, whatever timers are faked.
   *  @defaultValue 0 */
  readonly latencyMs?: number
  /** Partitions of each topic, or of each that is named; others have one.
   *  @defaultValue 1 */
  readonly partitions?: number | Readonly<Record<string, number>>
  /** @defaultValue uniformStickyPartitioner(), where keys are placed as in a cluster */
  readonly partitioner?: Partitioner
  /** A larger record is refused with RECORD_TOO_LARGE.
   *  @defaultValue 1048576 */
  readonly maxRequestBytes?: number
  /** Hears of failed records that have neither a promise nor a callback.
   *  @defaultValue none: a process warning */
  readonly onDeliveryError?: (error: KafkaError) => void
  /** Clock and timers.
   *  @defaultValue nodeRuntime() */
  readonly runtime?: ProducerRuntime
}
