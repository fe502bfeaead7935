import type { Answer } from '@sluice/network'
import {
  addOffsetsToTxnApi,
  addPartitionsToTxnApi,
  describeTransactionsApi,
  type Api,
  decodeResponse,
  encodeResponse,
  endTxnApi,
  type ErrorCode,
  errorNumberOf,
  findCoordinatorApi,
  initProducerIdApi,
  KafkaError,
  type RequestOf,
  txnOffsetCommitApi,
} from '@sluice/protocol'

export type CoordinatorApi =
  | 'FindCoordinator'
  | 'InitProducerId'
  | 'AddPartitionsToTxn'
  | 'AddOffsetsToTxn'
  | 'TxnOffsetCommit'
  | 'EndTxn'
  | 'DescribeTransactions'

/** The requests of transactions, by their names. Each has fields of its own. */
export const coordinatorApis: Readonly<Record<CoordinatorApi, unknown>> = {
  FindCoordinator: findCoordinatorApi,
  InitProducerId: initProducerIdApi,
  AddPartitionsToTxn: addPartitionsToTxnApi,
  AddOffsetsToTxn: addOffsetsToTxnApi,
  TxnOffsetCommit: txnOffsetCommitApi,
  EndTxn: endTxnApi,
  DescribeTransactions: describeTransactionsApi,
}

/** The fields of all these requests; each holds those of its own. */
export type CoordinatorRequest = RequestOf<typeof findCoordinatorApi> &
  RequestOf<typeof initProducerIdApi> &
  RequestOf<typeof addOffsetsToTxnApi> &
  Omit<RequestOf<typeof txnOffsetCommitApi>, 'topics'> &
  RequestOf<typeof endTxnApi> &
  RequestOf<typeof describeTransactionsApi> & { readonly topics: readonly AskedTopic[] }

interface AskedTopic {
  readonly name: string
  readonly partitions: readonly AskedPartition[]
}

type AskedPartition = number | { readonly partitionIndex: number }

function numberOf(partition: AskedPartition): number {
  return typeof partition === 'number' ? partition : partition.partitionIndex
}

/** One request for a coordinator that the sender handed over, for the test to answer. */
export class CoordinatorCall {
  readonly api: CoordinatorApi
  readonly node: number
  readonly connection: number
  readonly version: number
  readonly request: CoordinatorRequest
  answered = false
  readonly #onAnswer: (answer: Answer<never>) => void

  constructor(
    at: Pick<CoordinatorCall, 'api' | 'node' | 'connection' | 'version'>,
    request: unknown,
    onAnswer: (answer: Answer<never>) => void,
  ) {
    this.api = at.api
    this.node = at.node
    this.connection = at.connection
    this.version = at.version
    this.request = request as CoordinatorRequest
    this.#onAnswer = onAnswer
  }

  /** Success, with these fields in the response. */
  ok(fields: object = {}): void {
    this.respond({ ...this.#response(null), ...fields })
  }

  /** The same error for all that was asked. */
  refuse(code: ErrorCode): void {
    this.respond(this.#response(code))
  }

  /** Goes through the real encoding, and back. */
  respond(response: object): void {
    const api = coordinatorApis[this.api] as Api<unknown, never, never, object>
    const frame = Buffer.concat(encodeResponse(api, this.version, 1, response)).subarray(4)
    const { body } = decodeResponse(api, this.version, frame)
    this.#answer({ error: null, response: body, version: this.version })
  }

  /** The connection is closed. `written`: the coordinator may have got the request. */
  lose(written = true): void {
    this.fail('CONNECTION_CLOSED', written)
  }

  fail(code: ErrorCode, written: boolean): void {
    this.#answer({ error: new KafkaError(code, 'made up'), response: null, written })
  }

  /** As short as a test can read it. */
  toString(): string {
    return `${this.api} ${this.#what()}`
  }

  #what(): string {
    const { request, api } = this
    if (api === 'FindCoordinator')
      return `${request.keyType === 0 ? 'group' : 'transaction'} ${request.key || request.coordinatorKeys[0]!}`
    if (api === 'DescribeTransactions') return request.transactionalIds.join(' ')
    const producer = `${request.producerId}/${request.producerEpoch}`
    if (api === 'InitProducerId') return producer
    if (api === 'EndTxn') return `${producer} ${request.committed ? 'commit' : 'abort'}`
    if (api !== 'AddPartitionsToTxn') return `${producer} ${request.groupId}`
    const topics = request.topics.map(
      ({ name, partitions }) => `${name} ${partitions.map(numberOf).join(',')}`,
    )
    return `${producer} ${topics.join(' ')}`
  }

  #response(code: ErrorCode | null): object {
    const { request, api } = this
    const base = { throttleTimeMs: 0, errorCode: errorNumberOf(code) }
    if (api === 'FindCoordinator') return foundAt(this, code === null ? this.node : -1, code)
    const of = (partition: AskedPartition): object => ({
      partitionIndex: numberOf(partition),
      partitionErrorCode: base.errorCode,
      errorCode: base.errorCode,
    })
    if (api === 'AddPartitionsToTxn')
      return {
        throttleTimeMs: 0,
        resultsByTopic: request.topics.map(({ name, partitions }) => ({
          name,
          resultsByPartition: partitions.map(of),
        })),
      }
    if (api === 'TxnOffsetCommit')
      return {
        throttleTimeMs: 0,
        topics: request.topics.map(({ name, partitions }) => ({
          name,
          partitions: partitions.map(of),
        })),
      }
    if (api === 'DescribeTransactions') return describedAs({ errorCode: base.errorCode })
    return { ...base, producerId: -1n, producerEpoch: -1 }
  }

  #answer(answer: Answer<never>): void {
    if (this.answered) throw new Error(`${this.api} is answered twice`)
    this.answered = true
    this.#onAnswer(answer)
  }
}

/** An answer to FindCoordinator. */
export function foundAt(
  { request }: CoordinatorCall,
  nodeId: number,
  code: ErrorCode | null = null,
): object {
  const errorCode = errorNumberOf(code)
  const found = { nodeId, host: 'broker', port: 9092, errorCode, errorMessage: null }
  return {
    throttleTimeMs: 0,
    ...found,
    coordinators: [{ key: request.coordinatorKeys[0] ?? request.key, ...found }],
  }
}

/** An answer to DescribeTransactions. */
export function describedAs(fields: object): object {
  const state = {
    errorCode: 0,
    transactionalId: 'tx-1',
    transactionState: '',
    transactionTimeoutMs: 60_000,
    transactionStartTimeMs: -1n,
    producerId: -1n,
    producerEpoch: -1,
    topics: [],
    ...fields,
  }
  return { throttleTimeMs: 0, transactionStates: [state] }
}
