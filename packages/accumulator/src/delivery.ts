import type { KafkaError, RecordMetadata } from '@sluice/protocol'

/**
 * Told once of each record's end. One delivery serves any number of records: what belongs to one
 * record travels in `a` and `b`, so that appending needs no object of its own.
 */
export interface Delivery {
  /** Bytes of memory that one pending record costs besides its batch: a promise costs more than nothing. Counted against `bufferBytes`. */
  readonly heldBytes: number
  /**
   * Called outside any user's call, in the order of the partition unless an earlier batch has to be sent
   * again. What it throws is logged and harms no other record.
   */
  settle(settlement: Settlement, index: number, a: unknown, b: unknown): void
}

/** The end of a whole batch, shared by its records. */
export interface Settlement {
  /** Null when the records are in the log. */
  readonly error: KafkaError | null
  /** Where record `index` of the batch is. Only when `error` is null. */
  metadata(index: number): RecordMetadata
}
