/**
 * Chooses the partition of each record: uniform sticky (the default), round robin, or your own.
 *
 * @packageDocumentation
 */
export type { PartitionInput, Partitioner, TopicPartitioner, TopicView } from './partitioner.js'
export { murmur2, partitionForKey } from './murmur2.js'
export { roundRobinPartitioner, type RoundRobinOptions } from './round-robin.js'
export { uniformStickyPartitioner, type UniformStickyOptions } from './uniform-sticky.js'
