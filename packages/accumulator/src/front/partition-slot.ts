import type { CompressionEstimate } from './compression-estimate.js'
import type { OpenBatch } from './open-batch.js'

/** What the front keeps of one partition. */
export class PartitionSlot {
  readonly topic: string
  readonly partition: number
  /** Of its topic. */
  readonly compression: CompressionEstimate
  open: OpenBatch | null = null
  /** About the capacity its last batch needed: the next one starts there and need not grow again. */
  usualCapacity = 0
  /** The records of its last batch. */
  usualCount = 0
  #unsettled = 0
  /** Oldest and newest of a chain of its batches; settled ones are taken off the chain at its old end. */
  #oldest: OpenBatch | null = null
  #newest: OpenBatch | null = null

  constructor(topic: string, partition: number, compression: CompressionEstimate) {
    this.topic = topic
    this.partition = partition
    this.compression = compression
  }

  /** Batches that are not settled, the open one included. */
  get unsettled(): number {
    return this.#unsettled
  }

  /** When the oldest unsettled batch was opened, monotonic ms; null when there is none. */
  get oldestSince(): number | null {
    return this.#oldest === null ? null : this.#oldest.since
  }

  add(batch: OpenBatch): void {
    this.#unsettled++
    if (this.#newest === null) this.#oldest = batch
    else this.#newest.next = batch
    this.#newest = batch
  }

  /** One of its batches has settled. */
  settled(): void {
    this.#unsettled--
    while (this.#oldest !== null && this.#oldest.unsettled === 0) this.#takeOldest(this.#oldest)
    if (this.#oldest === null) this.#newest = null
  }

  /** It may live on until its buffer is released, and must not keep all that came after it. */
  #takeOldest(batch: OpenBatch): void {
    this.#oldest = batch.next
    batch.next = null
  }
}
