import type { TopicView } from './partitioner.js'

export interface WeightedDrawOptions {
  /** Shorter queues are likelier; else all are equally likely. */
  readonly adaptive: boolean
  /** Partitions that have waited longer are left out; 0 leaves none out. */
  readonly availabilityTimeoutMs: number
  readonly random: () => number
}

const leftOut = -1

/**
 * Draws one of a topic's available partitions, the likelier the fewer batches it has queued: its
 * weight is the longest queue + 1 − its own queue (KIP-794; `BuiltInPartitioner.updatePartitionLoadStats`).
 *
 * Java's table lets a partition behind one that is left out inherit a stale queue length; here one
 * that is left out keeps its place, with a weight of 0.
 */
export class WeightedDraw {
  readonly #options: WeightedDrawOptions
  /**
   * By index in `topic.available`: first the queue lengths, then the running sums of the weights.
   * Kept from draw to draw, so it may be longer than `available`.
   */
  readonly #sums: number[] = []

  constructor(options: WeightedDrawOptions) {
    this.#options = options
  }

  /** @returns an index into `topic.available`. */
  draw(topic: TopicView): number {
    const { availabilityTimeoutMs, random } = this.#options
    const total =
      this.#weigh(topic, availabilityTimeoutMs || Infinity) || this.#weigh(topic, Infinity)
    return firstAbove(random() * total, this.#sums, topic.available.length)
  }

  /** @returns the sum of all weights: 0 when all partitions are left out. */
  #weigh(topic: TopicView, limitMs: number): number {
    const sums = this.#sums
    const count = topic.available.length
    const longest = this.#readQueues(topic, limitMs)
    let total = 0
    for (let i = 0; i < count; i++) {
      const queue = sums[i]!
      if (queue !== leftOut) total += longest + 1 - queue
      sums[i] = total
    }
    return total
  }

  /** @returns the longest queue. */
  #readQueues(topic: TopicView, limitMs: number): number {
    const { adaptive } = this.#options
    const { available } = topic
    const sums = this.#sums
    let longest = 0
    for (let i = 0; i < available.length; i++) {
      const partition = available[i]!
      const late = limitMs < Infinity && topic.delayedMs(partition) > limitMs
      const queue = late ? leftOut : adaptive ? topic.queuedBatches(partition) : 0
      if (queue > longest) longest = queue
      sums[i] = queue
    }
    return longest
  }
}

/** The index of the first of `count` ascending sums that is greater than `point`. */
function firstAbove(point: number, sums: readonly number[], count: number): number {
  let low = 0
  let high = count - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sums[middle]! > point) high = middle
    else low = middle + 1
  }
  return low
}
