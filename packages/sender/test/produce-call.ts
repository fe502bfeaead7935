import type { Answer } from '@sluice/network'
import {
  type ErrorCode,
  errorNumberOf,
  KafkaError,
  type produceApi,
  type RequestOf,
  type ResponseOf,
} from '@sluice/protocol'
import { type WireBatch, wireBatch } from '../../../test/random-faults/wire-batch.js'

type ProduceRequest = RequestOf<typeof produceApi>
type ProduceResponse = ResponseOf<typeof produceApi>

/** What a test lets the broker say of one partition. */
export interface PartitionReply {
  readonly code?: ErrorCode
  readonly offset?: bigint
  readonly message?: string
  readonly logAppendTime?: bigint
  readonly leader?: { readonly node: number; readonly epoch: number }
  /** What it says of single records, by their place in the batch. */
  readonly records?: Record<number, string | null>
}

/** One Produce request that the sender handed over, for the test to answer. */
export class ProduceCall {
  readonly node: number
  readonly connection: number
  readonly version: number
  readonly expectsAnswer: boolean
  readonly request: ProduceRequest
  readonly batches: WireBatch[]
  answered = false
  readonly #onAnswer: (answer: Answer<ProduceResponse>) => void

  constructor(
    at: Pick<ProduceCall, 'node' | 'connection' | 'version' | 'expectsAnswer'>,
    request: ProduceRequest,
    nameOf: (topicId: string) => string,
    onAnswer: (answer: Answer<ProduceResponse>) => void,
  ) {
    this.node = at.node
    this.connection = at.connection
    this.version = at.version
    this.expectsAnswer = at.expectsAnswer
    this.request = request
    this.#onAnswer = onAnswer
    this.batches = request.topicData.flatMap((data) =>
      data.partitionData.map(({ index, records }) =>
        wireBatch(
          { topic: data.name || nameOf(data.topicId), topicId: data.topicId, partition: index },
          Buffer.concat(records ?? []),
        ),
      ),
    )
  }

  /** All values in it, partition by partition. */
  get values(): string[] {
    return this.batches.flatMap(({ values }) => values)
  }

  /** OK for every partition, at this offset. */
  ok(offset = 0n): void {
    this.reply({}, { offset })
  }

  /** The same error for every partition. */
  refuse(code: ErrorCode, more: Omit<PartitionReply, 'code'> = {}): void {
    this.reply({}, { code, ...more })
  }

  /** A reply for each partition number, null for none; `rest` for those not named. */
  reply(
    byPartition: Record<number, PartitionReply | null>,
    rest: PartitionReply = { offset: 0n },
  ): void {
    const responses = this.request.topicData.map(({ name, topicId, partitionData }) => ({
      name,
      topicId,
      partitionResponses: partitionData.flatMap(({ index }) => {
        const reply = byPartition[index] === undefined ? rest : byPartition[index]
        return reply === null ? [] : [partitionResponse(index, reply)]
      }),
    }))
    this.respond({ responses, throttleTimeMs: 0, nodeEndpoints: [] })
  }

  respond(response: ProduceResponse): void {
    this.#answer({ error: null, response, version: this.version })
  }

  /** The bytes are out and nothing will be answered (`acks: 0`). */
  flushed(): void {
    this.#answer({ error: null, response: null, version: this.version })
  }

  fail(code: ErrorCode, written: boolean): void {
    this.#answer({ error: new KafkaError(code, 'made up'), response: null, written })
  }

  #answer(answer: Answer<ProduceResponse>): void {
    if (this.answered) throw new Error('answered twice')
    this.answered = true
    this.#onAnswer(answer)
  }
}

type PartitionResponse = ProduceResponse['responses'][number]['partitionResponses'][number]

export function partitionResponse(index: number, reply: PartitionReply): PartitionResponse {
  const { code, offset = -1n, message = null, logAppendTime = -1n, leader, records = {} } = reply
  return {
    index,
    errorCode: errorNumberOf(code ?? null),
    baseOffset: offset,
    logAppendTimeMs: logAppendTime,
    logStartOffset: -1n,
    recordErrors: Object.entries(records).map(([at, said]) => ({
      batchIndex: Number(at),
      batchIndexErrorMessage: said,
    })),
    errorMessage: message,
    currentLeader: { leaderId: leader?.node ?? -1, leaderEpoch: leader?.epoch ?? -1 },
  }
}

/** Epoch and sequence of the only batch of a request. */
export function sequenceOf({ batches: [batch] }: ProduceCall): [epoch: number, sequence: number] {
  return [batch!.epoch, batch!.sequence]
}
