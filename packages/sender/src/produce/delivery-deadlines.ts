import type { SentBatch } from '../partition/sent-batch.js'

/** An index of the batches that are in flight or await a probe, by the first deadline among them. */
export class DeliveryDeadlines {
  readonly #batches = new Set<SentBatch>()
  /** No unsettled batch has an earlier deadline, so that the batches are looked through only when it has passed. */
  #next = Infinity

  get next(): number {
    return this.#next
  }

  /** Whether a connection may still read bytes of a batch, be its callers told or not. */
  get hasInFlight(): boolean {
    for (const { fate } of this.#batches) if (fate === 'inFlight') return true
    return false
  }

  add(sent: SentBatch): void {
    this.#batches.add(sent)
    this.#next = Math.min(this.#next, sent.batch.deadline)
  }

  remove(sent: SentBatch): void {
    this.#batches.delete(sent)
  }

  /** Batches whose deadline has passed and whose callers have not been told. They stay in the index until they are removed. */
  late(now: number): SentBatch[] {
    if (now < this.#next) return []
    const late: SentBatch[] = []
    this.#next = Infinity
    for (const sent of this.#batches) {
      if (sent.settled) continue
      if (sent.batch.deadline <= now) late.push(sent)
      else this.#next = Math.min(this.#next, sent.batch.deadline)
    }
    return late
  }
}
