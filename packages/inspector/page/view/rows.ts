import type { Snapshot } from '../../src/model/snapshot.js'

export type Queue = Snapshot['queues']['fullest'][number]

const limit = 24
/** Five seconds. */
const remembered = 25

/**
 * The partitions that the page lists: those of the shown snapshot, and those of the seconds before it that are empty now, so that rows do not come
 * and go with each batch. In the order of their names.
 */
export function partitionRows(all: readonly Snapshot[], index: number): Queue[] {
  const rows = new Map<string, Queue>()
  for (let back = 0; back < remembered && back <= index && rows.size < limit; back++)
    for (const queue of all[index - back]!.queues.fullest) {
      const name = rowName(queue)
      if (rows.has(name) || rows.size === limit) continue
      rows.set(name, back === 0 ? queue : emptied(queue))
    }
  return [...rows.values()].sort(
    (a, b) => a.topic.localeCompare(b.topic) || a.partition - b.partition,
  )
}

export function rowName({ topic, partition }: Queue): string {
  return `${topic}-${partition}`
}

function emptied(queue: Queue): Queue {
  return { ...queue, records: 0, bytes: 0, sealedBatches: 0, openShare: null, oldestMs: 0 }
}

/** What the partitions hold that have no row. */
export function otherPartitions(
  { queues }: Snapshot,
  rows: readonly Queue[],
): { partitions: number; batches: number; records: number } {
  const shown = rows.filter(({ records }) => records > 0)
  const left = { partitions: -shown.length, batches: 0, records: 0 }
  for (const leader of queues.leaders) {
    left.partitions += leader.partitions
    left.batches += leader.sealedBatches + leader.openBatches
    left.records += leader.records
  }
  for (const queue of shown) {
    left.batches -= queue.sealedBatches + (queue.openShare === null ? 0 : 1)
    left.records -= queue.records
  }
  return left
}
