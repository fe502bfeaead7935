import { crc32 } from './crc32.js'
import { keyedPartitioner, type KeyedOptions } from './keyed-partitioner.js'
import type { Partitioner } from './partitioner.js'
import { uniformStickyPartitioner } from './uniform-sticky.js'

/**
 * Keys where librdkafka's default, `consistent_random`, places them: `crc32(key) % partitions`. For topics that are
 * also written by clients built on librdkafka (confluent-kafka, node-rdkafka, kcat), or were before.
 *
 * Records without a key, or with an empty one as in librdkafka, are for `keyless` to place, by default
 * {@link uniformStickyPartitioner}.
 */
export function crc32Partitioner(options: KeyedOptions = {}): Partitioner {
  return keyedPartitioner(placeByCrc32, options.keyless ?? uniformStickyPartitioner(), true)
}

function placeByCrc32(keyBytes: Uint8Array, partitionCount: number): number {
  return crc32(keyBytes) % partitionCount
}
