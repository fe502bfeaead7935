import type { Partitioner } from '@sluice/partitioner'

/** A partitioner as a user writes it: the first byte of the key names the partition. */
export function firstBytePartitioner(): Partitioner {
  return {
    forTopic: () => ({
      partition: ({ keyBytes }, topic) => (keyBytes?.[0] ?? 0) % topic.partitionCount,
    }),
  }
}
