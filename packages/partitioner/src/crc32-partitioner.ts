import { crc32 } from './crc32.js'
import { keyedPartitioner, keylessOf, type KeyedOptions } from './keyed-partitioner.js'
import type { Partitioner } from './partitioner.js'
import { uniformStickyPartitioner } from './uniform-sticky.js'

/**
 * Places keys where librdkafka's default, `consistent_random`, places them: `crc32(key) % partitions`. It is for topics
 * that clients built on librdkafka (confluent-kafka, node-rdkafka, kcat) write, too, or have written before.
 *
 * `keyless` places the records without a key, and those with an empty key, as librdkafka does. It is
 * {@link uniformStickyPartitioner} by default.
 *
 * @throws KafkaError INVALID_OPTION where `keyless` is no partitioner
 */
export function crc32Partitioner(options: KeyedOptions = {}): Partitioner {
  const keyless = keylessOf('crc32Partitioner', options, uniformStickyPartitioner)
  return keyedPartitioner(placeByCrc32, keyless, true)
}

function placeByCrc32(keyBytes: Uint8Array, partitionCount: number): number {
  return crc32(keyBytes) % partitionCount
}
