import type { QueueBatch } from './queue-batch.js'

const nothing: readonly QueueBatch[] = []

/** The sealed batches of one partition, oldest first, and whether the front has one more to give. */
export class PartitionQueue {
  readonly topic: string
  readonly partition: number
  readonly batches: QueueBatch[] = []
  /** What the front said of its open batch. */
  due: 'no' | 'patiently' | 'now' = 'no'
  /** The leader's, as of the last `ready`. */
  leaderEpoch = -1

  constructor(topic: string, partition: number) {
    this.topic = topic
    this.partition = partition
  }

  get head(): QueueBatch | null {
    return this.batches[0] ?? null
  }

  get empty(): boolean {
    return this.batches.length === 0 && this.due === 'no'
  }

  /** A newer leader need not wait for the end of the back-off. */
  backsOff(batch: QueueBatch, now: number): boolean {
    return batch.retryAt > now && this.leaderEpoch <= batch.triedLeaderEpoch
  }

  /** Takes out the batches whose deadline is not after this time. They are in the order of append, and so of their deadlines. */
  takeExpired(at: number): readonly QueueBatch[] {
    // Asked for every partition whenever the sender runs: mostly nothing has expired.
    if (this.head === null || this.head.deadline > at) return nothing
    const { batches } = this
    const kept = batches.findIndex(({ deadline }) => deadline > at)
    return batches.splice(0, kept === -1 ? batches.length : kept)
  }

  /** Before every batch that comes later: those without a sequence, and those with a later one of the same epoch. */
  insert(batch: QueueBatch): void {
    const { batches } = this
    let at = batches.length
    // Mostly it is the newest.
    while (at > 0 && batch.isBefore(batches[at - 1]!)) at--
    batches.splice(at, 0, batch)
  }

  /** Takes a batch out. @returns false when it is not here */
  remove(batch: QueueBatch): boolean {
    const at = this.batches.indexOf(batch)
    if (at === -1) return false
    this.batches.splice(at, 1)
    return true
  }

  /** Whether the open batch of the front is due, for a leader that is busy or not. */
  isDue(busy: boolean): boolean {
    return this.due === 'now' || (this.due === 'patiently' && !busy)
  }
}
