import type { SealedRecords } from './queue-batch.js'

/** The sealed batches of one partition, oldest first, and whether the front has one more to give. */
export class PartitionQueue {
  readonly topic: string
  readonly partition: number
  readonly batches: SealedRecords[] = []
  /** What the front said of its open batch. */
  due: 'no' | 'patiently' | 'now' = 'no'
  /** The leader's, as of the last `ready`. */
  leaderEpoch = -1

  constructor(topic: string, partition: number) {
    this.topic = topic
    this.partition = partition
  }

  get head(): SealedRecords | null {
    return this.batches[0] ?? null
  }

  get empty(): boolean {
    return this.batches.length === 0 && this.due === 'no'
  }

  /** A newer leader need not wait for the end of the back-off. */
  backsOff(batch: SealedRecords, now: number): boolean {
    return batch.retryAt > now && this.leaderEpoch <= batch.attempt.leaderEpoch
  }

  /** Before every batch that comes later: those without a sequence, and those with a later one of the same epoch. */
  insert(batch: SealedRecords): void {
    const { batches } = this
    let at = batches.length
    // Mostly it is the newest.
    while (at > 0 && isBefore(batch, batches[at - 1]!)) at--
    batches.splice(at, 0, batch)
  }
}

/** A partition's batches are opened, sealed and given their sequences in one order, which ids keep and never wrap; parts of one are in the order of their records. */
function isBefore(batch: SealedRecords, other: SealedRecords): boolean {
  return batch.id < other.id || (batch.id === other.id && batch.first < other.first)
}
