import {
  crc32Partitioner,
  kafkajsLegacyPartitioner,
  murmur2Partitioner,
  type Partitioner,
  roundRobinPartitioner,
  uniformStickyPartitioner,
} from '@sluice/partitioner'

/** The partitioners by their names on the command line. */
export const partitioners = {
  sticky: () => uniformStickyPartitioner(),
  murmur2: () => murmur2Partitioner(),
  crc32: () => crc32Partitioner(),
  'kafkajs-legacy': () => kafkajsLegacyPartitioner(),
  'round-robin': () => roundRobinPartitioner(),
} as const satisfies Record<string, () => Partitioner>

/** A name of one of them. */
export type PartitionerName = keyof typeof partitioners
