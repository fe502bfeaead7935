import type { KafkaError, RecordMetadata } from '@sluice/producer'
import { RecordCounts } from '../sending/record-counts.js'

/** Counts the records of the whole input. */
export class Tally extends RecordCounts {
  /** Lines that could not become records, and were left out. */
  skipped = 0

  /** Whether all that was read is acknowledged. */
  override get isComplete(): boolean {
    return super.isComplete && this.skipped === 0
  }

  /** Takes the end of a record: one function for all of them. */
  readonly settle = (
    error: KafkaError | null,
    _metadata: RecordMetadata | null,
    record: number,
  ): void => {
    if (error === null) this.acknowledged++
    else this.fail(error, record)
  }
}
