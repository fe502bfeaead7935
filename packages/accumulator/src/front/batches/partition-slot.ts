import { LinkedList } from '../lists/linked-list.js'
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
  /** Its batches that are not settled, the open one included, oldest first. */
  readonly unsettled = new LinkedList<OpenBatch>()

  constructor(topic: string, partition: number, compression: CompressionEstimate) {
    this.topic = topic
    this.partition = partition
    this.compression = compression
  }
}
