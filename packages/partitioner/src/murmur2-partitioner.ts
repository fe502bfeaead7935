import { keyedPartitioner, type KeyedOptions } from './keyed-partitioner.js'
import { partitionForKey } from './murmur2.js'
import type { Partitioner } from './partitioner.js'
import { uniformStickyPartitioner } from './uniform-sticky.js'

/**
 * Keys by {@link partitionForKey}, as the Java client, librdkafka's `murmur2_random`, and kafkajs from 2.0 on place
 * them. It decides about keys only: records without one are for `keyless` to place, by default
 * {@link uniformStickyPartitioner}, which makes both together what the producer does anyway.
 *
 * librdkafka's `murmur2` differs in records without a key: all of them go to the partition of the empty key.
 */
export function murmur2Partitioner(options: KeyedOptions = {}): Partitioner {
  return keyedPartitioner(partitionForKey, options.keyless ?? uniformStickyPartitioner())
}
