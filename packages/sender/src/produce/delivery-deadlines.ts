import type { QueuedBatch } from '@sluice/accumulator'

/** All batches that were handed to a connection and are not answered, and the time of the first that will be late. */
export class InFlightBatches {
  readonly #batches = new Set<QueuedBatch>()
  /** Settled before their answer: only their memory and their numbers still matter. */
  readonly #abandoned = new Set<QueuedBatch>()
  /** None has an earlier deadline, so that they are looked through only when it has passed. */
  #deadline = Infinity

  get deadline(): number {
    return this.#deadline
  }

  add(batch: QueuedBatch): void {
    this.#batches.add(batch)
    this.#deadline = Math.min(this.#deadline, batch.deadline)
  }

  /** Its answer is here. @returns whether it came too late */
  remove(batch: QueuedBatch): boolean {
    this.#batches.delete(batch)
    return this.#abandoned.delete(batch)
  }

  /** Those whose deadline has passed, each once. They stay until they are answered. */
  abandonLate(now: number): QueuedBatch[] {
    if (now < this.#deadline) return []
    this.#deadline = Infinity
    return this.#abandon((batch) => {
      if (batch.deadline <= now) return true
      this.#deadline = Math.min(this.#deadline, batch.deadline)
      return false
    })
  }

  /** All that were not abandoned before. */
  abandonAll(): QueuedBatch[] {
    return this.#abandon(() => true)
  }

  #abandon(which: (batch: QueuedBatch) => boolean): QueuedBatch[] {
    const abandoned: QueuedBatch[] = []
    for (const batch of this.#batches) {
      if (this.#abandoned.has(batch) || !which(batch)) continue
      this.#abandoned.add(batch)
      abandoned.push(batch)
    }
    return abandoned
  }
}
