import type { QueueFigures } from '../../queue-figures.js'
import type { FrontBatch, PartitionFront } from './front-batch.js'

/**
 * Sums batches by partition. Batches of which all records have settled do not count. Ten thousand partitions may hold records, so a
 * partition costs one object here, and no place in a map: it is told when its oldest batch comes by.
 *
 * @param batches - in the order in which they were opened
 * @param now - in monotonic milliseconds
 */
export function queueFigures(
  batches: Iterable<FrontBatch>,
  now: number,
  leaderOf: (partition: PartitionFront) => number | null,
): QueueFigures[] {
  const queues: QueueFigures[] = []
  for (const batch of batches) {
    const { partition, unsettledRecords } = batch
    if (unsettledRecords > 0 && partition.unsettledBatches.first === batch)
      queues.push(queueFrom(batch, leaderOf(partition), now))
  }
  return queues
}

/** @param oldest - the oldest of the batches of its partition */
function queueFrom(oldest: FrontBatch, leader: number | null, now: number): QueueFigures {
  const { topic, index: partition } = oldest.partition
  const oldestMs = Math.max(0, now - oldest.since)
  let records = 0
  let bytes = 0
  let sealedBatches = 0
  let openShare: number | null = null
  for (let link = oldest.inPartition; link !== null; link = link.after) {
    const { builder, unsettledRecords, lentBytes, limit } = link.item
    records += unsettledRecords
    bytes += builder === null ? lentBytes : builder.bytes
    if (builder === null) sealedBatches++
    else openShare = Math.min(1, builder.bytes / limit)
  }
  return { topic, partition, leader, records, bytes, sealedBatches, openShare, oldestMs }
}
