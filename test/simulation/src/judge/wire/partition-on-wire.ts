import { Pipelining } from './pipelining.js'
import { SequencesOnWire } from './sequences-on-wire.js'
import type { BatchAnswer, WireBatch } from './wire-batch.js'

/** The batches of one partition as they were sent and answered. */
export class PartitionOnWire {
  readonly #pipelining = new Pipelining()
  readonly #sequences = new SequencesOnWire()

  /** @returns what is wrong with sending this batch now, in words */
  sent(batch: WireBatch, now: number): string[] {
    const found =
      batch.producerId < 0n
        ? this.#pipelining.sentAlone(batch, now)
        : [...this.#pipelining.sent(batch, now), ...this.#sequences.sent(batch)]
    const { place, ids, epoch, sequence, producerId } = batch
    return found.map(
      (what) =>
        `${place} at ${now}: ${ids.join(' ')} as ${producerId}/${epoch}/${sequence} ${what}`,
    )
  }

  answered(batch: WireBatch, answer: BatchAnswer, now: number): void {
    this.#pipelining.answered(batch, answer, now)
    this.#sequences.answered(batch, answer)
  }

  lost(batch: WireBatch): void {
    this.#pipelining.lost(batch)
  }
}
