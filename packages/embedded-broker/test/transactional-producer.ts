import {
  addOffsetsToTxnApi,
  addPartitionsToTxnApi,
  describeTransactionsApi,
  endTxnApi,
  errorCodeOf,
  initProducerIdApi,
  produceApi,
  txnOffsetCommitApi,
  type Api,
} from '@sluice/protocol'
import { batchOf, firstTimestamp } from './batches.js'
import { produceBody } from './produce-requests.js'

/** Sends a request and gives the answer, or a text in its place. */
export type Ask = <Response, RequestInput>(
  api: Api<unknown, Response, RequestInput, never>,
  version: number,
  body: RequestInput,
) => Promise<Response | string>

/** An answer in few words: the error by name, and what else is of interest. */
type Answer = unknown

/** Who the producer says it is, where that is not who it is. */
export interface Pretended {
  readonly producerId?: bigint
  readonly producerEpoch?: number
  readonly transactionalId?: string
}

/** A producer with a transactional id that sends the requests it is told to, right or wrong, and remembers who it is. */
export class TransactionalProducer {
  readonly ask: Ask
  readonly topic: string
  readonly transactionalId: string
  producerId = -1n
  producerEpoch = -1
  /** The timestamp of its records. */
  recordTime: () => number = () => firstTimestamp

  constructor(ask: Ask, topic: string, transactionalId = `tx-${topic}`) {
    this.ask = ask
    this.topic = topic
    this.transactionalId = transactionalId
  }

  /** Error, whether the id is new, epoch. The producer is who it was told to be. */
  async init({
    timeoutMs = 60_000,
    version = 5,
    ...pretended
  }: Pretended & { timeoutMs?: number; version?: number } = {}): Promise<Answer> {
    const answer = await this.ask(initProducerIdApi, version, {
      transactionalId: this.transactionalId,
      transactionTimeoutMs: timeoutMs,
      ...pretended,
    })
    if (typeof answer === 'string') return answer
    // A Kafka that has just started has no ids to give, and its coordinator has to be made first.
    if (early.has(errorCodeOf(answer.errorCode) ?? ''))
      return this.init({ timeoutMs, version, ...pretended })
    return this.#become(answer)
  }

  /** As `init`, and again until the transaction of the former instance is ended. How often it was refused is left out. */
  async initUntilDone(options: Pretended & { version?: number } = {}): Promise<Answer> {
    for (;;) {
      const answer = await this.init(options)
      if (!Array.isArray(answer) || answer[0] !== 'CONCURRENT_TRANSACTIONS') return answer
    }
  }

  /** The error of each partition. */
  async add(
    partitions: readonly number[] = [0],
    {
      topic = this.topic,
      version = 3,
      ...pretended
    }: Pretended & { topic?: string; version?: number } = {},
  ): Promise<Answer> {
    const topics = [{ name: topic, partitions: [...partitions] }]
    const answer = await this.ask(addPartitionsToTxnApi, version, {
      ...this.#who(),
      ...pretended,
      topics,
    })
    if (typeof answer === 'string') return answer
    return answer.resultsByTopic
      .flatMap(({ resultsByPartition }) => resultsByPartition)
      .toSorted((one, other) => one.partitionIndex - other.partitionIndex)
      .map(({ partitionErrorCode }) => errorCodeOf(partitionErrorCode))
  }

  /** Error and offset. */
  async produce(
    baseSequence: number,
    {
      count = 1,
      partition = 0,
      transactional = true,
      version = 11,
      ...pretended
    }: Pretended & {
      count?: number
      partition?: number
      transactional?: boolean
      version?: number
    } = {},
  ): Promise<Answer> {
    const { transactionalId, ...identity } = { ...this.#who(), ...pretended }
    const timestamp = this.recordTime()
    const records = Array.from({ length: count }, (_, index) => ({
      value: `${baseSequence + index}`,
      timestamp,
    }))
    const batch = await batchOf(records, { ...identity, baseSequence, transactional })
    const body = { ...produceBody(batch, { topic: this.topic, partition }), transactionalId }
    const answer = await this.ask(produceApi, version, body)
    if (typeof answer === 'string') return answer
    const { baseOffset, errorCode, logStartOffset } = answer.responses[0]!.partitionResponses[0]!
    return [errorCodeOf(errorCode), baseOffset, logStartOffset]
  }

  /** Error, and from version 5 on whether the id is new, and the epoch. The producer is who it was told to be. */
  async end(
    committed: boolean,
    { version = 4, ...pretended }: Pretended & { version?: number } = {},
  ): Promise<Answer> {
    const answer = await this.ask(endTxnApi, version, { ...this.#who(), ...pretended, committed })
    if (typeof answer === 'string') return answer
    return version < 5 ? errorCodeOf(answer.errorCode) : this.#become(answer)
  }

  /** Error, state, time-out, whether it has begun, whether the id is the producer's, epoch, partitions of its topic. */
  async describe(): Promise<Answer> {
    const body = { transactionalIds: [this.transactionalId] }
    const answer = await this.ask(describeTransactionsApi, 0, body)
    if (typeof answer === 'string') return answer
    const [one] = answer.transactionStates
    return [
      errorCodeOf(one!.errorCode),
      one!.transactionState,
      one!.transactionTimeoutMs,
      one!.transactionStartTimeMs > 0n,
      one!.producerId === this.producerId,
      one!.producerEpoch,
      one!.topics.flatMap(({ topic, partitions }) =>
        topic === this.topic ? partitions.toSorted((a, b) => a - b) : [],
      ),
    ]
  }

  async addOffsets(
    groupId: string,
    { version = 3, ...pretended }: Pretended & { version?: number } = {},
  ): Promise<Answer> {
    const answer = await this.ask(addOffsetsToTxnApi, version, {
      ...this.#who(),
      ...pretended,
      groupId,
    })
    return typeof answer === 'string' ? answer : errorCodeOf(answer.errorCode)
  }

  /** The error of each partition. */
  async commitOffsets(
    groupId: string,
    offset: bigint,
    {
      metadata = null,
      partitions = [0],
      topic = this.topic,
      version = 4,
      ...rest
    }: Pretended & {
      metadata?: string | null
      partitions?: number[]
      topic?: string
      version?: number
      generationId?: number
      memberId?: string
      groupInstanceId?: string
    } = {},
  ): Promise<Answer> {
    const offsets = partitions.map((partitionIndex) => ({
      partitionIndex,
      committedOffset: offset,
      committedMetadata: metadata,
    }))
    const topics = [{ name: topic, partitions: offsets }]
    const body = { ...this.#who(), memberId: '', groupInstanceId: null, groupId, topics, ...rest }
    const answer = await this.ask(txnOffsetCommitApi, version, body)
    if (typeof answer === 'string') return answer
    const answers = answer.topics.flatMap((each) => each.partitions)
    return answers
      .toSorted((one, other) => one.partitionIndex - other.partitionIndex)
      .map(({ errorCode }) => errorCodeOf(errorCode))
  }

  #who(): { transactionalId: string; producerId: bigint; producerEpoch: number } {
    const { producerEpoch, producerId, transactionalId } = this
    return { transactionalId, producerId, producerEpoch }
  }

  #become({
    errorCode,
    producerEpoch,
    producerId,
  }: {
    errorCode: number
    producerEpoch: number
    producerId: bigint
  }): Answer {
    if (errorCode !== 0) return [errorCodeOf(errorCode), producerId, producerEpoch]
    const change = producerId === this.producerId ? 'the same id' : 'a new id'
    this.producerId = producerId
    this.producerEpoch = producerEpoch
    return [null, change, producerEpoch]
  }
}

const early = new Set([
  'COORDINATOR_LOAD_IN_PROGRESS',
  'NOT_COORDINATOR',
  'COORDINATOR_NOT_AVAILABLE',
])
