import type { QueuedBatch } from '@sluice/accumulator'
import type { Verdict } from '../partition/decide.js'
import type { PartitionProgress } from '../partition/partition.js'
import type { GateKey } from '../partition/pipelining.js'
import type { InFlightBatches } from './delivery-deadlines.js'

/** What becomes of each. */
export interface AsideEnds {
  written(batch: QueuedBatch, progress: PartitionProgress): void
  refused(batch: QueuedBatch): void
  again(batch: QueuedBatch): void
}

/**
 * Batches that their leader has refused as out of order and that may be in its log all the same: a leader that was stopped
 * and started knows the last batch of a producer alone. They wait for the answer to one behind them. Which they are is kept
 * by their partition.
 */
export class BatchesAside {
  /** Their deadlines go on. */
  readonly #inFlight: InFlightBatches
  readonly #ends: AsideEnds

  constructor(inFlight: InFlightBatches, ends: AsideEnds) {
    this.#inFlight = inFlight
    this.#ends = ends
  }

  put(batch: QueuedBatch, key: GateKey, progress: PartitionProgress): void {
    if (progress.numbered.putAside(batch, key)) return this.#inFlight.add(batch)
    this.askAgain(progress)
    this.#ends.again(batch)
  }

  /**
   * What the verdict on one behind them, sent under `key`, means for them. A broker takes a producer's batches in their
   * order: that leader has refused them, so where it has this one it had them before.
   */
  judge(verdict: Verdict, key: GateKey, progress: PartitionProgress): void {
    if (verdict === 'ask behind') return
    if (verdict === 'retry') return this.askAgain(progress)
    const areWritten = verdict === 'done' && progress.numbered.isAsideOf(key)
    for (const batch of this.#take(progress)) {
      if (areWritten) this.#ends.written(batch, progress)
      else this.#ends.refused(batch)
    }
  }

  /** Another leader may know them. */
  askAgain(progress: PartitionProgress): void {
    for (const batch of this.#take(progress)) this.#ends.again(batch)
  }

  #take(progress: PartitionProgress): readonly QueuedBatch[] {
    const batches = progress.numbered.takeAside()
    for (const batch of batches) this.#inFlight.remove(batch)
    return batches
  }
}
