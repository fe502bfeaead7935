import { Buffer } from 'node:buffer'
import type { Answer, OutgoingRequest } from '@sluice/network'
import {
  ByteReader,
  type ErrorCode,
  errorNumberOf,
  type KafkaError,
  produceApi,
  readBatchHeader,
  type RequestOf,
  type ResponseOf,
} from '@sluice/protocol'

type ProduceRequest = RequestOf<typeof produceApi>
type ProduceResponse = ResponseOf<typeof produceApi>

/** A batch as it is in a request. */
export interface WireBatch {
  readonly partition: number
  readonly name: string
  /** Header and payload. */
  readonly bytes: Uint8Array
  readonly producerId: bigint
  readonly epoch: number
  readonly sequence: number
  readonly count: number
}

/** What the broker says of one partition. */
export interface Reply {
  readonly partition: number
  readonly code: ErrorCode | null
  readonly offset: bigint
}

/** One Produce request that was written. */
export class KitRequest {
  readonly batches: readonly WireBatch[]
  readonly body: ProduceRequest
  answered = false

  constructor(
    readonly node: number,
    readonly connection: number,
    readonly request: OutgoingRequest<unknown, unknown>,
    readonly onAnswer: (answer: Answer<never>) => void,
  ) {
    this.body = request.build(request.maxVersion ?? produceApi.maxVersion) as ProduceRequest
    this.batches = this.body.topicData.flatMap(({ partitionData }) =>
      partitionData.map(({ index, records }) => wireBatch(index, Buffer.concat(records ?? []))),
    )
  }

  /** An answer that speaks of these partitions, under the names that the request gave the topics. */
  reply(replies: readonly Reply[]): void {
    const [{ name, topicId }] = this.body.topicData as [ProduceRequest['topicData'][number]]
    const partitionResponses = replies.map(({ partition, code, offset }) => ({
      index: partition,
      errorCode: errorNumberOf(code),
      baseOffset: offset,
      logAppendTimeMs: -1n,
      logStartOffset: -1n,
      recordErrors: [],
      errorMessage: null,
      currentLeader: { leaderId: -1, leaderEpoch: -1 },
    }))
    const response: ProduceResponse = {
      responses: [{ name, topicId: topicId, partitionResponses }],
      throttleTimeMs: 0,
      nodeEndpoints: [],
    }
    this.#answer({ error: null, response: response as never, version: produceApi.maxVersion })
  }

  replyToAll(code: ErrorCode | null, offset = -1n): void {
    this.reply(this.batches.map(({ partition }) => ({ partition, code, offset })))
  }

  /** For `acks: 0`: the bytes are out. */
  written(): void {
    this.#answer({ error: null, response: null, version: produceApi.maxVersion })
  }

  fail(error: KafkaError): void {
    this.#answer({ error, response: null, written: true })
  }

  #answer(answer: Answer<never>): void {
    this.answered = true
    this.onAnswer(answer)
  }
}

function wireBatch(partition: number, bytes: Buffer): WireBatch {
  const header = readBatchHeader(new ByteReader(bytes))
  const { producerId, producerEpoch: epoch, baseSequence: sequence, count, payload } = header
  const name = new TextDecoder().decode(payload)
  return { partition, name, bytes, producerId, epoch, sequence, count }
}
