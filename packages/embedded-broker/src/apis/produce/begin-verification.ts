import type { ErrorCode } from '@sluice/protocol'
import type { Topic } from '../../cluster/topics.js'
import { identityOf } from '../../partition/batch-identity.js'
import type { Partition } from '../../partition/partition.js'
import type { Verification } from '../../partition/verifications.js'
import { enrolOrVerify } from '../transactions/enrolment.js'
import type { ProduceCall } from './produce-call.js'

/** From this version on a Produce enrols its partitions in the transaction (transactions of version 2, KIP-890). */
const enrolsFromVersion = 12

/** From this version on clients know TRANSACTION_ABORTABLE. */
const abortableFromVersion = 11

/**
 * Makes sure that the coordinator knows of the partition, where the transaction of a batch has not begun there yet.
 *
 * @returns What the log must see with the batch, undefined when the transaction has begun, or the error to answer.
 */
export function beginVerification(
  { name }: Topic,
  { index, log }: Partition,
  bytes: Uint8Array,
  { context, transactionalId }: ProduceCall,
): Verification | ErrorCode | undefined {
  const identity = identityOf(bytes)
  if (identity.producerId < 0n || transactionalId === null || log.hasBegun(identity))
    return undefined
  if (log.isFenced(identity)) return 'INVALID_PRODUCER_EPOCH'
  const enrols = context.version >= enrolsFromVersion
  const verification = log.verify(identity, enrols)
  const request = { ...identity, transactionalId }
  const error = enrolOrVerify(context.state, request, { topic: name, partition: index }, enrols)
  return error === null ? verification : clientError(error, context.version)
}

/** Errors that older clients may not take for what they are become one that they send the batch again for, as in Kafka. */
function clientError(error: ErrorCode, version: number): ErrorCode {
  switch (error) {
    case 'TRANSACTION_ABORTABLE':
      return version < abortableFromVersion ? 'INVALID_TXN_STATE' : error
    case 'COORDINATOR_NOT_AVAILABLE':
    case 'NETWORK_EXCEPTION':
      return 'NOT_ENOUGH_REPLICAS'
    case 'CONCURRENT_TRANSACTIONS':
      return version < enrolsFromVersion ? 'NOT_ENOUGH_REPLICAS' : error
    default:
      return error
  }
}
