import { accumulatorMutants } from './accumulator.js'
import { idleTopicMutants } from './idle-topics.js'
import { interceptorMutants } from './interceptors.js'
import { metricsMutants } from './metrics.js'
import type { Mutant } from './mutant.js'
import { networkMutants } from './network.js'
import { opentelemetryMutants } from './opentelemetry.js'
import { partitionerMutants } from './partitioner.js'
import { securityMutants } from './security.js'
import { senderMutants } from './sender.js'
import { transactionMutants } from './sender/transactions.js'
import { serializerMutants } from './serializers.js'
import { stuckPartitionMutants } from './stuck-partitions.js'

/** All mutants, by the package or the subject they are of. */
export const mutantLists: Readonly<Record<string, readonly Mutant[]>> = {
  accumulator: accumulatorMutants,
  'idle topics': idleTopicMutants,
  interceptors: interceptorMutants,
  metrics: metricsMutants,
  network: networkMutants,
  opentelemetry: opentelemetryMutants,
  partitioner: partitionerMutants,
  security: securityMutants,
  sender: senderMutants,
  serializers: serializerMutants,
  'stuck partitions': stuckPartitionMutants,
  transactions: transactionMutants,
}
