import type { Writable } from 'node:stream'

/**
 * A stream in object mode that sends the records written to it, in their order. It belongs to the program, the producer does
 * not belong to it: its end, or its destruction, leaves the producer open.
 *
 * - `write` gives false when the producer has no room (`bufferBytes`), and 'drain' comes as soon as it has. A record for which it
 *   gave false was taken all the same: never write it again. The callback of `write` comes when the producer has the record.
 * - 'finish', and with it `pipeline`, comes when every record that was written is acknowledged.
 * - A record that fails destroys the stream with its KafkaError. Records behind it that the producer had by then are sent all
 *   the same, and `records` counts how they end. A failure that comes after the stream was destroyed, for whatever reason, goes to
 *   `onDeliveryError`, as that of a record without a callback.
 * - A program that goes on writing while `write` gives false is refused with BUFFER_FULL once `bufferBytes` wait in the stream.
 */
export interface RecordWritable extends Writable {
  /** What has become of the records so far. Each access gives a new object. */
  readonly records: WrittenRecords
}

/** The records of one stream, by what has become of them. */
export interface WrittenRecords {
  /** Are in the log (`persisted: 'yes'`). */
  readonly acknowledged: number
  /** Have failed, those that the producer refused included. The error of each says whether it may be in the log. */
  readonly failed: number
  /** The producer has them, and their end is not known yet. After `await producer.flush()` there are none. */
  readonly unsettled: number
  /** Were written, but never given to the producer, because the stream was destroyed before: they are surely not in the log
   *  (`persisted: 'no'`). */
  readonly notSent: number
}

/** What `Producer.writable` takes. */
export interface WritableOptions {
  /** Destroys the stream with an AbortError, as `addAbortSignal` of `node:stream` does.
   *  @defaultValue none */
  readonly signal?: AbortSignal
}
