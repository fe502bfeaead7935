import {
  addPartitionsToTxnApi,
  type ErrorCode,
  type RequestOf,
  errorNumberOf,
} from '@sluice/protocol'
import type { AnswerOf, ApiHandler, RequestContext } from '../api-handler.js'
import { coordinatorError, olderFencedError } from '../coordinator-error.js'

type Request = RequestOf<typeof addPartitionsToTxnApi>
type Answer = AnswerOf<typeof addPartitionsToTxnApi>

/** Clients know PRODUCER_FENCED from this version on. */
const fencedFromVersion = 2

/**
 * AddPartitionsToTxn, versions 0 to 3 (later ones are for brokers): enrols partitions in a transaction, all or none.
 *
 * - A partition that does not exist is UNKNOWN_TOPIC_OR_PARTITION, and the others are then OPERATION_NOT_ATTEMPTED.
 * - Otherwise every partition has the same answer: none, or INVALID_PRODUCER_ID_MAPPING, PRODUCER_FENCED,
 *   CONCURRENT_TRANSACTIONS while the last transaction is ending, NOT_COORDINATOR, INVALID_REQUEST without an id.
 */
export const addPartitionsToTxn: ApiHandler<Request, Answer> = {
  api: addPartitionsToTxnApi,
  handle(request, context) {
    const { topics } = request
    const exists = (name: string, partition: number) =>
      context.state.topics.named(name)?.partitions[partition] !== undefined
    const areAll = topics.every(({ name, partitions }) =>
      partitions.every((partition) => exists(name, partition)),
    )
    const shared = areAll ? enrol(request, context) : 'OPERATION_NOT_ATTEMPTED'
    const errorOf = (name: string, partition: number): ErrorCode | null =>
      exists(name, partition) ? shared : 'UNKNOWN_TOPIC_OR_PARTITION'
    return {
      throttleTimeMs: 0,
      resultsByTopic: topics.map(({ name, partitions }) => ({
        name,
        resultsByPartition: partitions.map((partitionIndex) => ({
          partitionIndex,
          partitionErrorCode: errorNumberOf(errorOf(name, partitionIndex)),
        })),
      })),
    }
  },
}

function enrol(request: Request, context: RequestContext): ErrorCode | null {
  const { topics, transactionalId } = request
  if (transactionalId === '') return 'INVALID_REQUEST'
  const misplaced = coordinatorError('transaction', transactionalId, context)
  if (misplaced !== null) return misplaced
  const partitions = topics.flatMap(({ name, partitions: indexes }) =>
    indexes.map((partition) => ({ topic: name, partition })),
  )
  const error = context.state.transactions.add(request, partitions)
  return error && olderFencedError(error, context.version < fencedFromVersion)
}
