import {
  ByteReader,
  decodeRequestBody,
  decodeRequestHeader,
  encodeRequest,
  type ErrorCode,
  errorNumberOf,
  produceApi,
  type RequestOf,
  type ResponseOf,
} from '@sluice/protocol'
import {
  answerBody,
  type AnswerFrame,
  type RequestFrame,
  rewritten,
  type Verdict,
} from '@sluice/test-fault-proxy'
import type { Fault } from '../../../../test/random-faults/scenario.js'

type PartitionAnswer = ResponseOf<
  typeof produceApi
>['responses'][number]['partitionResponses'][number]

const none: Fault = { kind: 'none' }

/** A Produce request that waits in a proxy until a scenario says what becomes of it. */
export class ProduceExchange {
  readonly node: number
  readonly request: RequestFrame
  /** For the proxy, of the request. */
  readonly verdict: Promise<Verdict>
  /** The broker has answered, or its connection is gone. */
  readonly over: Promise<void>
  readonly #body: RequestOf<typeof produceApi>
  readonly #faults = new Map<number, Fault>()
  #losesAnswer = false
  #decide!: (verdict: Verdict) => void
  #end!: () => void

  constructor(node: number, request: RequestFrame) {
    this.node = node
    this.request = request
    this.#body = bodyOf(request)
    this.verdict = new Promise((resolve) => (this.#decide = resolve))
    this.over = new Promise((resolve) => (this.#end = resolve))
  }

  /** The broker works on it, and what it says is changed as the faults want; one for each partition, in order. */
  async process(faults: readonly Fault[], losesAnswer = false): Promise<void> {
    this.#losesAnswer = losesAnswer
    const partitions = this.#body.topicData.flatMap(({ partitionData }) => partitionData)
    for (const [at, { index }] of partitions.entries()) this.#faults.set(index, faults[at] ?? none)
    this.#decide(partitions.every(({ index }) => this.#reaches(index)) ? 'pass' : this.#reduced())
    await this.over
  }

  /** What the client gets. */
  answer(answer: AnswerFrame): Verdict {
    this.#end()
    if (this.#losesAnswer) return 'drop'
    if ([...this.#faults.values()].every(({ kind }) => kind === 'none')) return 'pass'
    const body = answerBody(produceApi, answer)
    const said = new Map(
      body.responses.flatMap((topic) =>
        topic.partitionResponses.map((one) => [one.index, one] as const),
      ),
    )
    const responses = this.#body.topicData.map(({ name, topicId, partitionData }) => ({
      name,
      topicId,
      partitionResponses: partitionData.flatMap(({ index }) => this.#told(index, said.get(index))),
    }))
    return rewritten(produceApi, answer, { ...body, responses })
  }

  /** Its connection is gone. */
  lose(): void {
    this.#decide('drop')
    this.#end()
  }

  #faultOf(index: number): Fault {
    return this.#faults.get(index) ?? none
  }

  /** Whether the broker sees this partition. */
  #reaches(index: number): boolean {
    const fault = this.#faultOf(index)
    return fault.kind !== 'refused' && (fault.kind !== 'lost' || fault.written)
  }

  /** The request without the partitions that do not reach the broker; with none of them it answers all the same. */
  #reduced(): Uint8Array {
    const { apiVersion, correlationId } = this.request
    const topicData = this.#body.topicData.map((topic) => ({
      ...topic,
      partitionData: topic.partitionData.filter(({ index }) => this.#reaches(index)),
    }))
    const kept = topicData.filter(({ partitionData }) => partitionData.length > 0)
    const body = { ...this.#body, topicData: kept }
    const chunks = encodeRequest(produceApi, apiVersion, correlationId, 'replay', body)
    return Buffer.concat(chunks).subarray(4)
  }

  #told(index: number, said: PartitionAnswer | undefined): PartitionAnswer[] {
    const fault = this.#faultOf(index)
    if (fault.kind === 'refused') return [refused(index, fault.code)]
    if (fault.kind === 'lost' || said === undefined) return []
    if (fault.kind === 'none' || said.errorCode !== 0) return [said]
    // That it was written shows in the offset only where the code does not tell.
    const baseOffset = fault.code === 'NOT_LEADER_OR_FOLLOWER' ? said.baseOffset : -1n
    return [{ ...said, errorCode: errorNumberOf(fault.code), baseOffset }]
  }
}

/** What a Produce request asks for. */
export function bodyOf({
  apiVersion,
  bytes,
}: Pick<RequestFrame, 'apiVersion' | 'bytes'>): RequestOf<typeof produceApi> {
  const { headerEnd } = decodeRequestHeader(bytes)
  return decodeRequestBody(produceApi, apiVersion, new ByteReader(bytes, headerEnd))
}

function refused(index: number, code: ErrorCode): PartitionAnswer {
  return {
    index,
    errorCode: errorNumberOf(code),
    baseOffset: -1n,
    logAppendTimeMs: -1n,
    logStartOffset: -1n,
    recordErrors: [],
    errorMessage: null,
    currentLeader: { leaderId: -1, leaderEpoch: -1 },
  }
}
