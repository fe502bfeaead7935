/**
 * Chooses the partition of each record: uniform sticky (the default), round robin, the hashes of other clients, or a
 * partitioner of your own.
 *
 * @packageDocumentation
 */
export type { PartitionInput, Partitioner, TopicPartitioner, TopicView } from './partitioner.js'
export { uniformStickyPartitioner, type UniformStickyOptions } from './uniform-sticky.js'
export { roundRobinPartitioner, type RoundRobinOptions } from './round-robin.js'
export type { KeyedOptions } from './keyed-partitioner.js'
export { murmur2Partitioner } from './murmur2-partitioner.js'
export { murmur2, partitionForKey } from './murmur2.js'
export { crc32Partitioner } from './crc32-partitioner.js'
export { kafkajsLegacyPartitioner } from './kafkajs-legacy-partitioner.js'
export { rackAware, type RackAwareOptions } from './rack-aware.js'
