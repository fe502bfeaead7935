import { type KafkaError, printable, printableThrown, type RecordMetadata } from '@sluice/protocol'
import type { AccumulatorRuntime } from './runtime.js'

/**
 * Is told of the end of each record, once. One delivery serves any number of records: what belongs to a single record
 * travels in `a` and `b`, so that appending a record needs no object of its own.
 */
export interface Delivery {
  /**
   * How many bytes of memory one pending record costs besides its batch, such as a promise. They count against
   * `bufferBytes`.
   */
  readonly heldBytes: number
  /** The same while the record waits for metadata or memory, in the share of waiting records. Default: `heldBytes`. */
  readonly waitingBytes?: number
  /**
   * Called once for each record, never in the middle of a call of the user. The records of a partition come in order,
   * unless a batch had to be sent again. An error that it throws is logged and harms no other record.
   *
   * @param index - the place of the record in its batch, for `settlement.metadata`
   * @param a - as it was given to `append`
   * @param b - as it was given to `append`
   */
  settle(settlement: Settlement, index: number, a: unknown, b: unknown): void
}

/** The end of a whole batch, or of a part of it. Its records share it. */
export interface Settlement {
  /** Null when the records are in the log. */
  readonly error: KafkaError | null
  /** Where record `index` of the batch is in the log. Only when `error` is null. */
  metadata(index: number): RecordMetadata
}

/** A delivery or a waiter is code of the user. What it throws must not throw again while it is made text. */
export function logThrown(
  logger: AccumulatorRuntime['logger'],
  topic: string,
  thrown: unknown,
): void {
  logger.error(`A delivery callback of topic ${printable(topic)} threw: ${printableThrown(thrown)}`)
}
