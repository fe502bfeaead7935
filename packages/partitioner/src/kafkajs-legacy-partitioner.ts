import { kafkajsMurmur2 } from './kafkajs-murmur2.js'
import { keyedPartitioner, type KeyedOptions } from './keyed-partitioner.js'
import type { Partitioner } from './partitioner.js'
import { roundRobinPartitioner } from './round-robin.js'

/**
 * Places records as the `LegacyPartitioner` of kafkajs, its default before 2.0: keys by a hash that is meant to be
 * murmur2 but rounds, so most keys are elsewhere than where Java puts them. For topics whose keys have to stay
 * where kafkajs put them.
 *
 * Records without a key are for `keyless` to place, by default {@link roundRobinPartitioner}, as in kafkajs;
 * `uniformStickyPartitioner()` makes larger batches of them.
 */
export function kafkajsLegacyPartitioner(options: KeyedOptions = {}): Partitioner {
  return keyedPartitioner(placeAsKafkajs, options.keyless ?? roundRobinPartitioner())
}

function placeAsKafkajs(keyBytes: Uint8Array, partitionCount: number): number {
  return (kafkajsMurmur2(keyBytes) & 0x7fffffff) % partitionCount
}
