import { endTxnApi, type ErrorCode, type RequestOf, errorNumberOf } from '@sluice/protocol'
import type { ProducerIdentity } from '../../transactions/transaction.js'
import type { AnswerOf, ApiHandler, RequestContext } from '../api-handler.js'
import { coordinatorError, olderFencedError } from '../coordinator-error.js'

type Request = RequestOf<typeof endTxnApi>
type Answer = AnswerOf<typeof endTxnApi>

/** Clients know PRODUCER_FENCED from this version on. */
const fencedFromVersion = 2

/** From this version on a transaction ends with the next epoch, whatever the feature `transaction.version` says. */
const bumpFromVersion = 5

/**
 * EndTxn, versions 0 to 5: commits a transaction or aborts it. It is answered when that is decided; the markers follow.
 * What is answered to repeated and to wrong requests is in `judgeEnd` and `judgeEndWithBump`.
 */
export const endTxn: ApiHandler<Request, Answer> = {
  api: endTxnApi,
  handle(request, context) {
    const result = end(request, context)
    if (typeof result !== 'string') return { throttleTimeMs: 0, errorCode: 0, ...result }
    const error = olderFencedError(result, context.version < fencedFromVersion)
    return { throttleTimeMs: 0, errorCode: errorNumberOf(error) }
  },
}

function end(request: Request, context: RequestContext): ProducerIdentity | ErrorCode {
  const { committed, transactionalId } = request
  if (transactionalId === '') return 'INVALID_REQUEST'
  return (
    coordinatorError('transaction', transactionalId, context) ??
    context.state.transactions.end(request, committed, context.version >= bumpFromVersion)
  )
}
