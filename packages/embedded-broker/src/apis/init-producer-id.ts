import { initProducerIdApi, type RequestOf, errorNumberOf } from '@sluice/protocol'
import type { AnswerOf, ApiHandler } from './api-handler.js'

type Request = RequestOf<typeof initProducerIdApi>
type Answer = AnswerOf<typeof initProducerIdApi>

/**
 * InitProducerId, versions 0 to 5: a new producer id with epoch 0.
 *
 * - As in Kafka, a producer without a transactional id gets a new id even where it names its old one: only
 *   transactional producers get the next epoch of the id they have. An id without an epoch, or an epoch without an id,
 *   is INVALID_REQUEST.
 * - There are no transactions: a transactional id is answered INVALID_REQUEST.
 */
export const initProducerId: ApiHandler<Request, Answer> = {
  api: initProducerIdApi,
  handle(request, { state }) {
    const { producerEpoch, producerId, transactionalId } = request
    const halfIdentified = (producerId === -1n) !== (producerEpoch === -1)
    if (transactionalId !== null || halfIdentified) {
      const errorCode = errorNumberOf('INVALID_REQUEST')
      return { throttleTimeMs: 0, errorCode, producerId: -1n, producerEpoch: -1 }
    }
    return {
      throttleTimeMs: 0,
      errorCode: 0,
      producerId: state.takeProducerId(),
      producerEpoch: 0,
    }
  },
}
