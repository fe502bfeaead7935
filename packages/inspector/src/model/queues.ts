import type { ProducerMetrics } from '@sluice/producer'

/** The unsettled batches of one partition, as `metrics({ queues: true })` tells them. */
export type PartitionQueue = NonNullable<ProducerMetrics['queues']>[number]

/** The unsettled batches of all partitions that have the same leader. */
export interface LeaderQueue {
  /** The id of the broker; null for partitions without a leader. */
  readonly leader: number | null
  /** How many partitions have unsettled records. */
  readonly partitions: number
  readonly records: number
  readonly bytes: number
  readonly sealedBatches: number
  readonly openBatches: number
  /** For how long the oldest batch has existed, in ms. */
  readonly oldestMs: number
}

/** What the page shows of all partitions. */
export interface Queues {
  /** The partitions that hold the most bytes, the fullest first. */
  readonly fullest: readonly PartitionQueue[]
  /** All partitions, those of `fullest` included, in ascending order of the leaders. */
  readonly leaders: readonly LeaderQueue[]
}

/** So many partitions are shown one by one. The page shows the others as a sum. */
export const shownPartitions = 24

export const noQueues: readonly PartitionQueue[] = []

/** Sums queues. The same list, which may come again, is summed once. */
export class QueueSums {
  #of = noQueues
  #sums: Queues = { fullest: [], leaders: [] }

  of(partitions: readonly PartitionQueue[]): Queues {
    if (partitions === this.#of) return this.#sums
    this.#of = partitions
    return (this.#sums = { fullest: fullestOf(partitions), leaders: byLeader(partitions) })
  }
}

/** Ten thousand partitions are passed by and not sorted: most hold less than the fullest that are known already. */
function fullestOf(partitions: readonly PartitionQueue[]): PartitionQueue[] {
  const fullest: PartitionQueue[] = []
  for (const queue of partitions) {
    if (fullest.length === shownPartitions && queue.bytes <= fullest.at(-1)!.bytes) continue
    const place = fullest.findIndex(({ bytes }) => bytes < queue.bytes)
    fullest.splice(place === -1 ? fullest.length : place, 0, queue)
    if (fullest.length > shownPartitions) fullest.pop()
  }
  return fullest
}

type Sum = { -readonly [Name in keyof LeaderQueue]: LeaderQueue[Name] }

function byLeader(partitions: readonly PartitionQueue[]): LeaderQueue[] {
  const leaders = new Map<number | null, Sum>()
  for (const queue of partitions) {
    const sum = leaders.get(queue.leader) ?? nothingOf(queue.leader)
    if (sum.partitions === 0) leaders.set(queue.leader, sum)
    sum.partitions++
    sum.records += queue.records
    sum.bytes += queue.bytes
    sum.sealedBatches += queue.sealedBatches
    sum.openBatches += queue.openShare === null ? 0 : 1
    sum.oldestMs = Math.max(sum.oldestMs, queue.oldestMs)
  }
  return [...leaders.values()].sort((a, b) => (a.leader ?? -1) - (b.leader ?? -1))
}

function nothingOf(leader: number | null): Sum {
  const nothing = { partitions: 0, records: 0, bytes: 0, sealedBatches: 0, openBatches: 0 }
  return { leader, ...nothing, oldestMs: 0 }
}
