import type { TopicView } from './partitioner.js'

export interface WeightedDrawOptions {
  /** Shorter queues are likelier; else all are equally likely. */
  readonly adaptive: boolean
  /** Partitions that have waited longer are left out; 0 leaves none out. */
  readonly availabilityTimeoutMs: number
  readonly random: () => number
}

const leftOut = -1

/** Of this many partitions one is drawn before all are weighed again. */
const partitionsPerDraw = 16

/**
 * Draws one of a topic's available partitions, the likelier the fewer batches it has queued: its
 * weight is the longest queue + 1 − its own queue (KIP-794; `BuiltInPartitioner.updatePartitionLoadStats`).
 *
 * Weighing costs a look at every partition, so it serves for a sixteenth as many draws: a draw among
 * 10 000 partitions costs what one among 16 does. Meanwhile a partition may expect no more
 * than a sixteenth of a visit, and one that has stalled since is not taken by its weight of better days.
 *
 * Java's table lets a partition behind one that is left out inherit a stale queue length; here one
 * that is left out keeps its place, with a weight of 0.
 */
export class WeightedDraw {
  readonly #options: WeightedDrawOptions
  /**
   * By index in `topic.available`: first the queue lengths, then the running sums of the weights.
   * Kept from time to time, so it may be longer than `available`.
   */
  readonly #sums: number[] = []
  /** What was weighed last, and with what result. */
  #available: readonly number[] = []
  #count = 0
  #limitMs = 0
  #longest = 0
  #total = 0
  #drawsLeft = 0

  constructor(options: WeightedDrawOptions) {
    this.#options = options
  }

  /** @returns an index into `topic.available`. */
  draw(topic: TopicView): number {
    if (this.#isOutdated(topic)) return this.#drawAnew(topic)
    this.#drawsLeft--
    const index = this.#drawWeighed()
    return this.#hasStalled(topic, topic.available[index]!) ? this.#drawAnew(topic) : index
  }

  #isOutdated({ available }: TopicView): boolean {
    return (
      this.#drawsLeft === 0 || available !== this.#available || available.length !== this.#count
    )
  }

  #hasStalled(topic: TopicView, partition: number): boolean {
    if (this.#limitMs < Infinity && topic.delayedMs(partition) > this.#limitMs) return true
    return this.#options.adaptive && topic.queuedBatches(partition) > this.#longest
  }

  #drawAnew(topic: TopicView): number {
    this.#available = topic.available
    this.#count = topic.available.length
    this.#drawsLeft = Math.floor(this.#count / partitionsPerDraw)
    this.#weigh(topic, this.#options.availabilityTimeoutMs || Infinity)
    if (this.#total === 0) this.#weigh(topic, Infinity)
    return this.#drawWeighed()
  }

  #drawWeighed(): number {
    return firstAbove(this.#options.random() * this.#total, this.#sums, this.#count)
  }

  /** Leaves a total of 0 when all partitions are left out. */
  #weigh(topic: TopicView, limitMs: number): void {
    const sums = this.#sums
    const longest = this.#readQueues(topic, limitMs)
    let total = 0
    for (let i = 0; i < this.#count; i++) {
      const queue = sums[i]!
      if (queue !== leftOut) total += longest + 1 - queue
      sums[i] = total
    }
    this.#limitMs = limitMs
    this.#longest = longest
    this.#total = total
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
