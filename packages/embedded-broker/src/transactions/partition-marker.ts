import type { Marker } from '../partition/control-batch.js'
import type { Partition } from '../partition/partition.js'
import type { MarkerTarget } from './markers.js'

/**
 * A partition that waits for the marker of a transaction. As in Kafka the marker is there for good when all in-sync
 * replicas have it; when it is lost with a leader, it is written again. A topic that was deleted needs none.
 *
 * @param isUp Whether a broker runs.
 */
export function partitionTarget(
  partition: Partition,
  isUp: (node: number) => boolean,
): MarkerTarget {
  let writtenAt: bigint | null = null
  return {
    deliver(marker: Marker) {
      if (partition.deleted) return true
      const { leader, leaderEpoch, log } = partition
      if (writtenAt !== null && writtenAt >= log.endOffset) writtenAt = null
      if (writtenAt === null) {
        if (!partition.takesMarkers || !isUp(leader)) return false
        writtenAt = log.appendMarker(marker, leaderEpoch)
      }
      return partition.highWatermark > writtenAt
    },
    onChange: (listener) => partition.onChange(listener),
  }
}
