import { initProducerIdApi, type ErrorCode, type RequestOf, errorNumberOf } from '@sluice/protocol'
import type { ProducerIdentity } from '../../transactions/transaction.js'
import type { AnswerOf, ApiHandler, RequestContext } from '../api-handler.js'
import { coordinatorError, olderFencedError } from '../coordinator-error.js'

type Request = RequestOf<typeof initProducerIdApi>
type Answer = AnswerOf<typeof initProducerIdApi>

/** Clients know PRODUCER_FENCED from this version on; before, they hear INVALID_PRODUCER_EPOCH. */
const fencedFromVersion = 4

/**
 * InitProducerId, versions 0 to 5: an identity for a producer.
 *
 * - As in Kafka, a producer without a transactional id gets a new id with epoch 0 even where it names its old one. An id
 *   without an epoch, or an epoch without an id, is INVALID_REQUEST.
 * - With a transactional id it is the id that belongs to it, in the next epoch, so that former instances are fenced. See
 *   `judgeInit`.
 * - While a transaction of a former instance is open or ending: CONCURRENT_TRANSACTIONS. It is aborted, and the client asks
 *   again.
 */
export const initProducerId: ApiHandler<Request, Answer> = {
  api: initProducerIdApi,
  handle(request, context) {
    const result = initialize(request, context)
    if (typeof result !== 'string') return { throttleTimeMs: 0, errorCode: 0, ...result }
    const error = olderFencedError(result, context.version < fencedFromVersion)
    const errorCode = errorNumberOf(error)
    return { throttleTimeMs: 0, errorCode, producerId: -1n, producerEpoch: -1 }
  },
}

function initialize(request: Request, context: RequestContext): ProducerIdentity | ErrorCode {
  const { producerEpoch, producerId, transactionalId, transactionTimeoutMs } = request
  const { state } = context
  if ((producerId === -1n) !== (producerEpoch === -1)) return 'INVALID_REQUEST'
  if (transactionalId === null) return { producerId: state.takeProducerId(), producerEpoch: 0 }
  if (transactionalId === '') return 'INVALID_REQUEST'
  const expected = producerId === -1n ? null : { producerId, producerEpoch }
  return (
    coordinatorError('transaction', transactionalId, context) ??
    state.transactions.init({ transactionalId, timeoutMs: transactionTimeoutMs, expected })
  )
}
