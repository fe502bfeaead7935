import { addOffsetsToTxnApi, type ErrorCode, type RequestOf, errorNumberOf } from '@sluice/protocol'
import { internalTopics } from '../../cluster/coordinator-places.js'
import type { AnswerOf, ApiHandler, RequestContext } from '../api-handler.js'
import { coordinatorError, olderFencedError } from '../coordinator-error.js'

type Request = RequestOf<typeof addOffsetsToTxnApi>
type Answer = AnswerOf<typeof addOffsetsToTxnApi>

/** Clients know PRODUCER_FENCED from this version on. */
const fencedFromVersion = 2

/**
 * AddOffsetsToTxn, versions 0 to 4: enrols the offsets of a group in a transaction, as AddPartitionsToTxn does with
 * partitions, and with the same errors.
 */
export const addOffsetsToTxn: ApiHandler<Request, Answer> = {
  api: addOffsetsToTxnApi,
  handle: (request, context) => ({
    throttleTimeMs: 0,
    errorCode: errorNumberOf(enrol(request, context)),
  }),
}

function enrol(request: Request, context: RequestContext): ErrorCode | null {
  const { groupId, transactionalId } = request
  if (transactionalId === '') return 'INVALID_REQUEST'
  const misplaced = coordinatorError('transaction', transactionalId, context)
  if (misplaced !== null) return misplaced
  const { coordinators, transactions } = context.state
  const partition = coordinators.partitionOf(groupId)
  const error = transactions.add(request, [{ topic: internalTopics.group, partition }])
  return error && olderFencedError(error, context.version < fencedFromVersion)
}
