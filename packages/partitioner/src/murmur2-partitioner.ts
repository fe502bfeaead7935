import { keyedPartitioner, keylessOf, type KeyedOptions } from './keyed-partitioner.js'
import { partitionForKey } from './murmur2.js'
import type { Partitioner } from './partitioner.js'
import { uniformStickyPartitioner } from './uniform-sticky.js'

/**
 * Places keys by {@link partitionForKey}, as the Java client, librdkafka's `murmur2_random`, and kafkajs from 2.0 on do.
 * It decides about keys only: `keyless` places the records without a key. That is {@link uniformStickyPartitioner} by
 * default, and then this partitioner does what the default of the producer does.
 *
 * librdkafka's `murmur2` differs for records without a key: all of them go to the partition of the empty key.
 *
 * @throws KafkaError INVALID_OPTION where `keyless` is no partitioner
 */
export function murmur2Partitioner(options: KeyedOptions = {}): Partitioner {
  const keyless = keylessOf('murmur2Partitioner', options, uniformStickyPartitioner)
  return keyedPartitioner(partitionForKey, keyless)
}
