import type { KafkaError, RecordMetadata } from '@sluice/producer'

/** The failures of one kind. */
export interface Failures {
  /** The first of them. */
  readonly error: KafkaError
  /** The number of its record in the whole input, from 1. */
  readonly firstRecord: number
  count: number
}

/** Counts what has become of the records. */
export class Tally {
  /** Records that were handed to the producer. */
  given = 0
  /** Records that are in the log. */
  acknowledged = 0
  /** Records that are surely not in the log. */
  failed = 0
  /** Records that may be in the log, or not. */
  possiblyWritten = 0
  /** Lines that could not become records, and were left out. */
  skipped = 0
  /** By the code of the error. */
  readonly failures = new Map<string, Failures>()
  readonly #onFailure: () => void

  /** @param onFailure - hears of each record that is not in the log for sure */
  constructor(onFailure: () => void) {
    this.#onFailure = onFailure
  }

  /** Records whose end is not known yet. */
  get pending(): number {
    return this.given - this.acknowledged - this.failed - this.possiblyWritten
  }

  /** Whether all that was read is acknowledged. */
  get isComplete(): boolean {
    return this.acknowledged === this.given && this.skipped === 0
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

  /** Counts failed records, which begin with this one. */
  fail(error: KafkaError, firstRecord: number, count = 1): void {
    // An error that does not say so is not one of the record: nothing of it is in the log.
    if (error.persisted === 'possibly') this.possiblyWritten += count
    else this.failed += count
    const failures = this.failures.get(error.code)
    if (failures === undefined) this.failures.set(error.code, { error, firstRecord, count })
    else failures.count += count
    this.#onFailure()
  }
}
