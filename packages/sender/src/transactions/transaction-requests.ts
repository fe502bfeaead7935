import {
  addOffsetsToTxnApi,
  addPartitionsToTxnApi,
  describeTransactionsApi,
  endTxnApi,
  errorCodeOf,
  type ErrorCode,
  initProducerIdApi,
  isRetriable,
  type ResponseOf,
  txnOffsetCommitApi,
} from '@sluice/protocol'
import type { ProducerIdAndEpoch } from '../producer-id/epochs.js'
import { groupByTopic } from '../topics/group-by-topic.js'
import type { CoordinatorAnswer, CoordinatorKey, Coordinators } from './coordinators.js'
import type { Standing } from './standing.js'
import type { OffsetsOfGroup } from './transactions.js'

export type InitProducerIdResponse = ResponseOf<typeof initProducerIdApi>
export type EndTxnResponse = ResponseOf<typeof endTxnApi>
type AddPartitionsResponse = ResponseOf<typeof addPartitionsToTxnApi>
type OffsetCommitResponse = ResponseOf<typeof txnOffsetCommitApi>

/** Version 1 has every partition and group added by a request; in version 2 the first batch does it (KIP-890). */
export type TransactionVersion = 1 | 2

/** The version of a request tells the coordinator by which rules the transaction goes: these are the last of version 1. */
const lastOfVersion1 = { endTxn: 4, txnOffsetCommit: 4 }

export interface TransactionRequestsDeps {
  readonly coordinators: Coordinators
  readonly transactionalId: string
  readonly transactionTimeoutMs: number
}

/** The requests of transactions, each to the coordinator that it is for. */
export class TransactionRequests {
  readonly #deps: TransactionRequestsDeps
  readonly #key: CoordinatorKey

  constructor(deps: TransactionRequestsDeps) {
    this.#deps = deps
    this.#key = { type: 'transaction', name: deps.transactionalId }
  }

  /**
   * `known` is the producer id and epoch to go on from; −1 and −1 for a producer that begins, which is repeated until it is
   * answered. One that goes on is sent once: it looks again where the id stands before it repeats the question.
   */
  initProducerId(known: ProducerIdAndEpoch): Promise<CoordinatorAnswer<InitProducerIdResponse>> {
    const { coordinators, transactionalId, transactionTimeoutMs } = this.#deps
    return coordinators.ask({
      of: this.#key,
      request: {
        api: initProducerIdApi,
        expectsAnswer: true,
        build: () => ({
          transactionalId,
          transactionTimeoutMs,
          producerId: known.id,
          producerEpoch: known.epoch,
        }),
      },
      codeOf: ({ errorCode, producerId, producerEpoch }) => {
        const isNone = producerId < 0n || producerEpoch < 0
        return errorCode === 0 && isNone ? 'MALFORMED_RESPONSE' : errorCodeOf(errorCode)
      },
      isStillWanted: () => true,
      isSentOnce: known.id >= 0n,
    })
  }

  addPartitions(
    producer: ProducerIdAndEpoch,
    partitions: ReadonlyMap<string, ReadonlySet<number>>,
    isStillWanted: () => boolean,
  ): Promise<CoordinatorAnswer<AddPartitionsResponse>> {
    const topics = [...partitions].map(([name, ofTopic]) => ({ name, partitions: [...ofTopic] }))
    return this.#deps.coordinators.ask({
      of: this.#key,
      request: {
        api: addPartitionsToTxnApi,
        expectsAnswer: true,
        build: () => ({ ...this.#identityOf(producer), topics }),
      },
      codeOf: (response) => codeOfAdded(partitions, response),
      isStillWanted,
    })
  }

  addOffsets(
    producer: ProducerIdAndEpoch,
    groupId: string,
    isStillWanted: () => boolean,
  ): Promise<CoordinatorAnswer<unknown>> {
    return this.#deps.coordinators.ask({
      of: this.#key,
      request: {
        api: addOffsetsToTxnApi,
        expectsAnswer: true,
        build: () => ({ ...this.#identityOf(producer), groupId }),
      },
      codeOf: ({ errorCode }) => errorCodeOf(errorCode),
      isStillWanted,
    })
  }

  commitOffsets(
    producer: ProducerIdAndEpoch,
    version: TransactionVersion,
    { offsets, groupId, ...member }: OffsetsOfGroup,
    isStillWanted: () => boolean,
  ): Promise<CoordinatorAnswer<OffsetCommitResponse>> {
    const topics = topicsOf(offsets)
    return this.#deps.coordinators.ask({
      of: { type: 'group', name: groupId },
      request: {
        api: txnOffsetCommitApi,
        maxVersion: version === 1 ? lastOfVersion1.txnOffsetCommit : txnOffsetCommitApi.maxVersion,
        expectsAnswer: true,
        build: () => ({ ...this.#identityOf(producer), groupId, ...member, topics }),
      },
      codeOf: (response) => codeOfCommitted(offsets.length, response),
      isStillWanted,
    })
  }

  /** Repeated until the outcome is known. */
  endTxn(
    producer: ProducerIdAndEpoch,
    version: TransactionVersion,
    committed: boolean,
  ): Promise<CoordinatorAnswer<EndTxnResponse>> {
    return this.#deps.coordinators.ask({
      of: this.#key,
      request: {
        api: endTxnApi,
        maxVersion: version === 1 ? lastOfVersion1.endTxn : endTxnApi.maxVersion,
        expectsAnswer: true,
        build: () => ({ ...this.#identityOf(producer), committed }),
      },
      codeOf: ({ errorCode }) => errorCodeOf(errorCode),
      isStillWanted: () => true,
      untilKnown: true,
    })
  }

  /** Where the transactional id stands; null where the coordinator does not tell, as brokers before 3.0. Nothing changes by it. */
  async standing(): Promise<Standing | null> {
    const { coordinators, transactionalId } = this.#deps
    const { code, response } = await coordinators.ask({
      of: this.#key,
      request: {
        api: describeTransactionsApi,
        expectsAnswer: true,
        build: () => ({ transactionalIds: [transactionalId] }),
      },
      codeOf: ({ transactionStates: [state] }) =>
        state === undefined ? 'MALFORMED_RESPONSE' : errorCodeOf(state.errorCode),
      isStillWanted: () => true,
    })
    if (code !== null) return null
    const { producerId, producerEpoch, transactionState } = response!.transactionStates[0]!
    return { id: producerId, epoch: producerEpoch, state: transactionState }
  }

  #identityOf({ id, epoch }: ProducerIdAndEpoch) {
    const { transactionalId } = this.#deps
    return { transactionalId, producerId: id, producerEpoch: epoch }
  }
}

function topicsOf(offsets: OffsetsOfGroup['offsets']) {
  return [...groupByTopic(offsets, ({ topic }) => topic)].map(([name, ofTopic]) => ({
    name,
    partitions: ofTopic.map(({ partition, offset, leaderEpoch, metadata }) => ({
      partitionIndex: partition,
      committedOffset: offset,
      committedLeaderEpoch: leaderEpoch,
      committedMetadata: metadata,
    })),
  }))
}

/** A partition that the answer lacks was not added. */
function codeOfAdded(
  asked: ReadonlyMap<string, ReadonlySet<number>>,
  { resultsByTopic }: AddPartitionsResponse,
): ErrorCode | null {
  const codes = resultsByTopic.flatMap(({ resultsByPartition }) =>
    resultsByPartition.map(({ partitionErrorCode }) => partitionErrorCode),
  )
  const count = [...asked.values()].reduce((sum, { size }) => sum + size, 0)
  return gravest(codes, count)
}

function codeOfCommitted(count: number, { topics }: OffsetCommitResponse): ErrorCode | null {
  const codes = topics.flatMap(({ partitions }) => partitions.map(({ errorCode }) => errorCode))
  return gravest(codes, count)
}

/** One code for all partitions: an error that is final, else an error that ends by itself, else none. */
function gravest(numbers: readonly number[], count: number): ErrorCode | null {
  if (numbers.length < count) return 'MALFORMED_RESPONSE'
  const codes = numbers.flatMap((number) => errorCodeOf(number) ?? [])
  // It says only that another partition has failed.
  const telling = codes.filter((code) => code !== 'OPERATION_NOT_ATTEMPTED')
  return telling.find((code) => !isRetriable(code)) ?? telling[0] ?? codes[0] ?? null
}
