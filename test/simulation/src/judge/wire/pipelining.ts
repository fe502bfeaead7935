import type { BatchAnswer, WireBatch } from './wire-batch.js'

/** A broker knows so many batches of a producer. */
const mostInFlight = 5
/** Afterwards an OK does not show any more that the broker knows the producer. */
const lastingMs = 60_000

/** Whether batches of one partition may be on their way together. */
export class Pipelining {
  readonly #inFlight = new Map<WireBatch, number>()
  readonly #sentBefore = new Set<string>()
  /** The last OK, where no error followed it. */
  #ok: { readonly batch: WireBatch; readonly sentAt: number } | null = null

  sent(batch: WireBatch, now: number): string[] {
    const others = [...this.#inFlight.keys()]
    // In another epoch it is another batch to the broker.
    const name = `${batch.producerId}/${batch.epoch}/${batch.ids[0]}`
    const isRepeated = this.#sentBefore.has(name)
    this.#sentBefore.add(name)
    this.#inFlight.set(batch, now)
    if (others.length === 0) return []
    const found: string[] = []
    if (others.length >= mostInFlight) found.push(`is the ${others.length + 1}th in flight`)
    if (others.some(({ connection }) => connection !== batch.connection))
      found.push('is in flight beside one on another connection')
    if (isRepeated) found.push(`is sent again beside ${others.map(({ ids }) => ids[0]).join(' ')}`)
    return [...found, ...this.#ofGate(batch, now)]
  }

  /** Without idempotence no broker keeps the order, so there is one batch at a time, and it has no sequence. */
  sentAlone(batch: WireBatch, now: number): string[] {
    const found = this.#inFlight.size > 0 ? ['is not alone, and has no producer id'] : []
    if (batch.sequence >= 0) found.push('has a sequence and no producer id')
    this.#inFlight.set(batch, now)
    return found
  }

  #ofGate({ connection, epoch, leader, producerId }: WireBatch, now: number): string[] {
    const ok = this.#ok
    if (ok === null || ok.batch.connection !== connection)
      return ['follows one that is unanswered, with no OK before']
    if (ok.batch.leader !== leader)
      return ['follows one that is unanswered, at a leader of whom there was no OK']
    if (ok.batch.epoch !== epoch || ok.batch.producerId !== producerId)
      return ['follows one that is unanswered, in an epoch of which there was no OK']
    return now - ok.sentAt > lastingMs + 1 ? ['follows an old OK'] : []
  }

  answered(batch: WireBatch, { code }: BatchAnswer, now: number): void {
    const sentAt = this.#inFlight.get(batch) ?? now
    this.#inFlight.delete(batch)
    this.#ok = code === null ? { batch, sentAt } : null
  }

  lost(batch: WireBatch): void {
    this.#inFlight.delete(batch)
    this.#ok = null
  }
}
