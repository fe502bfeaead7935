import type { TopicView } from './partitioner.js'

export interface WeightedDrawOptions {
  /** Whether partitions with shorter queues are drawn more often. */
  readonly adaptive: boolean
  /** Partitions whose oldest batch is older are left out, in ms. 0 leaves none out. */
  readonly availabilityTimeoutMs: number
  readonly random: () => number
}

const leftOut = -1

/** Of this many partitions one is drawn before all are weighed again. */
const partitionsPerDraw = 16

/**
 * Draws one of the available partitions of a topic. A partition with fewer queued batches is drawn more often: its weight
 * is the length of the longest queue + 1 − the length of its own queue (KIP-794;
 * `BuiltInPartitioner.updatePartitionLoadStats`).
 *
 * To weigh means to look at every partition, so the weights of n partitions serve for n / 16 draws: a draw among 10 000
 * partitions costs as much as a draw among 16. In so few draws each partition is drawn
 * 1/16 times on average. A drawn partition that has stalled since it was weighed is not taken: all are weighed again.
 *
 * In the table of the Java client, a partition behind one that is left out inherits an old queue length. Here a partition
 * that is left out keeps its place, with a weight of 0.
 */
export class WeightedDraw {
  readonly #options: WeightedDrawOptions
  /**
   * By index in `topic.available`: the lengths of the queues while they are read, then the running sums of the weights.
   * The array is used again each time, so it may be longer than `available`.
   */
  readonly #sums: number[] = []
  /** The partitions that were weighed last, and the result. */
  #available: readonly number[] = []
  #count = 0
  #limitMs = 0
  #longest = 0
  #total = 0
  #drawsLeft = 0

  constructor(options: WeightedDrawOptions) {
    this.#options = options
  }

  /** @returns an index of `topic.available` */
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

  /** The total is 0 when all partitions are left out. */
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

  /** @returns the length of the longest queue */
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
