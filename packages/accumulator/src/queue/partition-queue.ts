import { LinkedList } from '../front/lists/linked-list.js'
import type { QueueBatch } from './queue-batch.js'

/** The sealed batches of one partition, oldest first, and whether the front has one more to give. */
export class PartitionQueue {
  readonly topic: string
  readonly partition: number
  /** A hundred thousand may wait for a leader: in an array each that leaves would move all the others. */
  readonly #batches = new LinkedList<QueueBatch>()
  /** What the front said of its open batch. */
  due: 'no' | 'patiently' | 'now' = 'no'
  /** The leader's, as of the last `ready`. */
  leaderEpoch = -1

  constructor(topic: string, partition: number) {
    this.topic = topic
    this.partition = partition
  }

  get head(): QueueBatch | null {
    return this.#batches.first
  }

  get empty(): boolean {
    return this.#batches.size === 0 && this.due === 'no'
  }

  /** A newer leader need not wait for the end of the back-off. */
  backsOff(batch: QueueBatch, now: number): boolean {
    return batch.retryAt > now && this.leaderEpoch <= batch.triedLeaderEpoch
  }

  takeHead(): void {
    this.#batches.removeFirst()
  }

  /**
   * Moves the batches whose deadline is not after this time to `expired`. They are in the order of append, and so of their
   * deadlines.
   */
  takeExpired(at: number, expired: QueueBatch[]): void {
    for (let { head } = this; head !== null && head.deadline <= at; head = this.head) {
      this.takeHead()
      expired.push(head)
    }
  }

  /** Before every batch that comes later: those without a sequence, and those with a later one of the same epoch. */
  insert(batch: QueueBatch): void {
    const batches = this.#batches
    // Mostly it is the newest.
    if (batches.last === null || batches.last.isBefore(batch)) {
      batch.inPartition = batches.add(batch)
      return
    }
    // It was in flight: only what was in flight with it can stand before it.
    let next = batches.first!
    while (next.isBefore(batch)) next = next.inPartition!.after!.item
    batch.inPartition = batches.addBefore(next.inPartition!, batch)
  }

  /** Takes a batch out. @returns false when it is not here */
  remove({ inPartition }: QueueBatch): boolean {
    return inPartition !== null && inPartition.remove()
  }

  /** Whether the open batch of the front is due, for a leader that is busy or not. */
  isDue(busy: boolean): boolean {
    return this.due === 'now' || (this.due === 'patiently' && !busy)
  }
}
