import { kafkajsMurmur2 } from './kafkajs-murmur2.js'
import { keyedPartitioner, keylessOf, type KeyedOptions } from './keyed-partitioner.js'
import type { Partitioner } from './partitioner.js'
import { roundRobinPartitioner } from './round-robin.js'

/**
 * Places records as the `LegacyPartitioner` of kafkajs does, which was its default before 2.0. Its hash is meant to be
 * murmur2, but it rounds, so most keys are not where the Java client puts them. It is for topics whose keys must stay
 * where kafkajs has put them.
 *
 * `keyless` places the records without a key. It is {@link roundRobinPartitioner} by default, as in kafkajs;
 * `uniformStickyPartitioner()` makes larger batches.
 *
 * @throws KafkaError INVALID_OPTION where `keyless` is no partitioner
 */
export function kafkajsLegacyPartitioner(options: KeyedOptions = {}): Partitioner {
  const keyless = keylessOf('kafkajsLegacyPartitioner', options, roundRobinPartitioner)
  return keyedPartitioner(placeAsKafkajs, keyless)
}

function placeAsKafkajs(keyBytes: Uint8Array, partitionCount: number): number {
  return (kafkajsMurmur2(keyBytes) & 0x7fffffff) % partitionCount
}
