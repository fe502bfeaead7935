import type { ErrorCode, TopicPartition } from '@sluice/protocol'
import type { ClusterState } from '../../cluster/cluster-state.js'
import type { TransactionRequest } from '../../transactions/transaction-coordinator.js'
import { olderFencedError } from '../coordinator-error.js'

/**
 * Asks the coordinator about a partition in whose log the transaction of a producer has not begun yet (KIP-890), as the
 * leader of the partition does.
 *
 * @param enrols Whether the partition is enrolled in the transaction, as under transactions of version 2, or must have
 * been already.
 * @returns The error of the coordinator, or null. A fenced producer is INVALID_PRODUCER_EPOCH here.
 */
export function enrolOrVerify(
  state: ClusterState,
  request: TransactionRequest,
  partition: TopicPartition,
  enrols: boolean,
): ErrorCode | null {
  const { transactionalId } = request
  const { coordinators, transactions } = state
  const coordinator = coordinators.coordinatorOf('transaction', transactionalId)
  if (coordinator < 0) return 'COORDINATOR_NOT_AVAILABLE'
  if (!state.isUp(coordinator)) return 'NETWORK_EXCEPTION'
  if (transactionalId === '') return 'INVALID_REQUEST'
  const error = enrols
    ? transactions.add(request, [partition])
    : transactions.verify(request, partition)
  return error && olderFencedError(error, true)
}
