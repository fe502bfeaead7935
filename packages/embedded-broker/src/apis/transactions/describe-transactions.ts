import { describeTransactionsApi, errorNumberOf, type RequestOf } from '@sluice/protocol'
import type { Transaction } from '../../transactions/transaction.js'
import type { AnswerOf, ApiHandler, RequestContext } from '../api-handler.js'
import { coordinatorError } from '../coordinator-error.js'

type Request = RequestOf<typeof describeTransactionsApi>
type Answer = AnswerOf<typeof describeTransactionsApi>

/** DescribeTransactions, version 0: how transactional ids stand. An id that no InitProducerId has named yet is TRANSACTIONAL_ID_NOT_FOUND. */
export const describeTransactions: ApiHandler<Request, Answer> = {
  api: describeTransactionsApi,
  handle: ({ transactionalIds }, context) => ({
    throttleTimeMs: 0,
    transactionStates: transactionalIds.map((id) => stateOf(id, context)),
  }),
}

function stateOf(transactionalId: string, context: RequestContext) {
  const error = coordinatorError('transaction', transactionalId, context)
  const transaction = context.state.transactions.find(transactionalId)
  if (error === null && transaction !== undefined)
    return { errorCode: 0, transactionalId, ...describe(transaction) }
  return {
    errorCode: errorNumberOf(error ?? 'TRANSACTIONAL_ID_NOT_FOUND'),
    transactionalId,
    transactionState: '',
    transactionTimeoutMs: 0,
    transactionStartTimeMs: 0n,
    producerId: 0n,
    producerEpoch: 0,
    topics: [],
  }
}

function describe({ identity, partitions, startedAt, state, timeoutMs }: Transaction) {
  const names = [...new Set(partitions.map(({ topic }) => topic))]
  return {
    ...identity,
    transactionState: state,
    transactionTimeoutMs: timeoutMs,
    transactionStartTimeMs: BigInt(startedAt),
    topics: names.map((name) => ({
      topic: name,
      partitions: partitions.filter(({ topic }) => topic === name).map((one) => one.partition),
    })),
  }
}
