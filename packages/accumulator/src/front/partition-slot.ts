import type { OpenBatch } from './open-batch.js'

/** What the front keeps of one partition. */
export class PartitionSlot {
  readonly topic: string
  readonly partition: number
  open: OpenBatch | null = null
  /** Unsettled batches, the open one included, oldest first. */
  readonly unsettled = new Set<OpenBatch>()
  /** The capacity its last batch ended with, a full batch's at most: the next one starts there and need not grow again. */
  usualCapacity = 0

  constructor(topic: string, partition: number) {
    this.topic = topic
    this.partition = partition
  }
}
