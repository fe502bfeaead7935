import type { Attempt } from './attempt.js'

/** A broker remembers this many batches of a producer for each partition, and takes a retry of any of them for a duplicate. */
export const mostInFlight = 5

/**
 * Brokers forget a producer that has been idle, after a day unless they are told otherwise (`producer.id.expiration.ms`).
 * An OK from so long ago does not show any more that they know this producer.
 */
const lastingMs = 60_000

/**
 * Whether several batches of a partition may be in flight at once. A broker without state for this producer accepts any first
 * sequence: with two batches on the way to such a broker it might reject the first and accept the second. So one batch goes
 * alone, and only its OK lets others follow before they are answered.
 */
export class Gate {
  #opened: Attempt | null = null

  /** This attempt was answered with an OK. */
  open(attempt: Attempt): void {
    this.#opened = attempt
  }

  close(): void {
    this.#opened = null
  }

  /** Whether the last OK came from the same leader epoch, connection and topic, and not too long ago. */
  isOpenFor({ at, connection, leaderEpoch, topicId }: Attempt): boolean {
    const opened = this.#opened
    if (opened === null || at - opened.at > lastingMs) return false
    return (
      opened.connection === connection &&
      opened.leaderEpoch === leaderEpoch &&
      opened.topicId === topicId
    )
  }
}
