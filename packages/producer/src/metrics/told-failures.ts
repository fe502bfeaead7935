import { type ErrorCode, KafkaError } from '@sluice/protocol'

/**
 * The failures that callers were told of, by their codes. A caller that has ended its wait by a signal was told ABORTED. The
 * end of its record is told to no caller afterwards, and counts no more.
 */
export class ToldFailures {
  readonly #onTold: (error: unknown, records: number) => void
  readonly #byCode = new Map<ErrorCode, number>()
  #total = 0
  #abandonedPending = 0
  #abandonedAcknowledged = 0

  /** @param onTold - hears of each failure that is added */
  constructor(onTold: (error: unknown, records: number) => void = () => {}) {
    this.#onTold = onTold
  }

  /** Of all codes. */
  get total(): number {
    return this.#total
  }

  /** How many records are pending of which no caller wants to hear. */
  get abandonedPending(): number {
    return this.#abandonedPending
  }

  /** How many records were acknowledged of which no caller wanted to hear. */
  get abandonedAcknowledged(): number {
    return this.#abandonedAcknowledged
  }

  /** How often each code was told. */
  byCode(): Partial<Record<ErrorCode, number>> {
    return Object.fromEntries([...this.#byCode].filter(([, count]) => count > 0))
  }

  /** How often this code was told. */
  of(code: ErrorCode): number {
    return this.#byCode.get(code) ?? 0
  }

  /** A call was refused, or a record has failed. Below zero: its caller has heard of something else first. */
  add(error: unknown, records = 1): void {
    if (records === 0) return
    const code = error instanceof KafkaError ? error.code : 'UNKNOWN_SERVER_ERROR'
    this.#byCode.set(code, this.of(code) + records)
    this.#total += records
    if (records > 0) this.#onTold(error, records)
  }

  /** Callers have ended their wait for records that are in batches. They were told by `add`. */
  abandon(records: number): void {
    this.#abandonedPending += records
  }

  /** A record was acknowledged, and its caller had ended its wait before it could hear of it. */
  unheard(): void {
    this.#abandonedAcknowledged++
  }

  /** The end of a record that was abandoned. */
  endOfAbandoned(error: KafkaError | null): void {
    this.#abandonedPending--
    if (error === null) this.#abandonedAcknowledged++
  }
}
