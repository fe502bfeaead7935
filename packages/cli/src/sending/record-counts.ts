import type { KafkaError } from '@sluice/producer'

/** The failures of one kind. */
export interface Failures {
  /** The first of them. */
  readonly error: KafkaError
  /** The number of its record, from 1. */
  readonly firstRecord: number
  count: number
}

/** Counts what has become of records. */
export class RecordCounts {
  /** Records that were handed to the producer. */
  given = 0
  /** Records that are in the log. */
  acknowledged = 0
  /** Records that are surely not in the log. */
  failed = 0
  /** Records that may be in the log, or not. */
  possiblyWritten = 0
  /** By the code of the error. */
  readonly failures = new Map<string, Failures>()
  readonly #onFailure: () => void

  /** @param onFailure - hears of each record that is not in the log for sure */
  constructor(onFailure: () => void) {
    this.#onFailure = onFailure
  }

  /** Records whose end is not known yet. */
  get pending(): number {
    return this.given - this.acknowledged - this.lost
  }

  /** Records that are not in the log for sure. */
  get lost(): number {
    return this.failed + this.possiblyWritten
  }

  /** Whether every record that was given is acknowledged. */
  get isComplete(): boolean {
    return this.acknowledged === this.given
  }

  /**
   * Counts failed records, which begin with this one.
   *
   * @param mayBeThere - whether they may be in the log; an error that does not say so is not one of the record
   */
  fail(
    error: KafkaError,
    firstRecord: number,
    count = 1,
    mayBeThere = error.persisted === 'possibly',
  ): void {
    if (mayBeThere) this.possiblyWritten += count
    else this.failed += count
    const failures = this.failures.get(error.code)
    if (failures === undefined) this.failures.set(error.code, { error, firstRecord, count })
    else failures.count += count
    this.#onFailure()
  }
}
