import { functionOption, methodsOption } from '@sluice/protocol'
import type { Partitioner } from './partitioner.js'

/** The option `random`, checked. @throws KafkaError INVALID_OPTION */
export function randomOption(random: () => number = Math.random): () => number {
  functionOption('random', random)
  return random
}

/** A partitioner that another one asks, checked. @throws KafkaError INVALID_OPTION */
export function partitionerOption(name: string, partitioner: Partitioner): Partitioner {
  methodsOption(name, partitioner, ['forTopic'], 'a partitioner')
  return partitioner
}
