import type { ToQueue } from '../../messages.js'
import type { ResolvedAccumulatorOptions } from '../../options.js'
import type { AccumulatorObserver, SealedEvent, SealReason } from '../../runtime.js'
import type { BatchSizes } from './batch-sizes.js'
import type { DueBatches } from './due-batches.js'
import type { FrontBatch } from './front-batch.js'
import type { LoopTurn } from './loop-turn.js'

export interface SealingDeps {
  readonly turn: LoopTurn
  readonly due: DueBatches
  readonly sizes: BatchSizes
  readonly observer: AccumulatorObserver | undefined
  toQueue(message: ToQueue): void
}

/**
 * Hands batches to the queue. The observer is told in a second step: it is code of the user, which may send and flush, and
 * so must not run before the append in whose middle a batch was sealed has come to its end.
 */
export class Sealing {
  readonly #deps: SealingDeps
  readonly #deliveryTimeoutMs: number
  #untold: SealedEvent[] = []

  constructor({ deliveryTimeoutMs }: ResolvedAccumulatorOptions, deps: SealingDeps) {
    this.#deps = deps
    this.#deliveryTimeoutMs = deliveryTimeoutMs
  }

  /** From now on the batch does not change. Call `tellObserver` when the state of the front is whole. */
  seal(batch: FrontBatch, reason: SealReason): void {
    const { partition, id, since, builder } = batch
    if (builder === null) return
    const { turn, due, sizes, observer } = this.#deps
    batch.builder = null
    batch.sealedAt = turn.peek()
    partition.openBatch = null
    due.remove(batch)
    const { storage: buffer, bytes, count, baseTimestamp, maxTimestamp } = builder
    batch.bufferLent = true
    batch.lentBytes = buffer.byteLength
    partition.usualCapacity = sizes.usualAfter(bytes, partition.usualCapacity, batch.limit)
    partition.usualCount = count
    const { topic, index } = partition
    const deadline = since + this.#deliveryTimeoutMs
    const contents = { buffer, bytes, count, baseTimestamp, maxTimestamp }
    this.#deps.toQueue({
      type: 'sealed',
      batch: { id, topic, partition: index, since, deadline, ...contents },
    })
    if (observer?.sealed === undefined) return
    const openMs = batch.sealedAt - since
    this.#untold.push({ topic, partition: index, records: count, bytes, since, openMs, reason })
  }

  tellObserver(): void {
    if (this.#untold.length === 0) return
    const untold = this.#untold
    this.#untold = []
    for (const event of untold) this.#deps.observer!.sealed!(event)
  }
}
