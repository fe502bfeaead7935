import { errorCodeOf, metadataApi, produceApi, type Api, type ResponseOf } from '@sluice/protocol'
import { MemberLabels } from '../member-labels.js'
import { produceBody, type ProduceOptions } from '../produce-requests.js'
import { RawClient } from '../raw-client.js'

type PartitionAnswer = ResponseOf<
  typeof produceApi
>['responses'][number]['partitionResponses'][number]

/** What the harness of a cluster can do beside requests. */
export interface Control {
  readonly bootstrapServer: string
  deleteRecords(topic: string, before: bigint): Promise<void>
  /** Deletes the topic and creates it again, with one partition. */
  recreate(topic: string): Promise<void>
}

/** One of the two clusters, as a script sees it: a connection, and a topic that is the script's own. */
export class Side {
  readonly topic: string
  readonly #control: Control
  readonly labels = new MemberLabels()
  readonly #others: Side[] = []
  #client: RawClient | null = null

  constructor(control: Control, topic: string) {
    this.#control = control
    this.topic = topic
  }

  /** What Produce answers for one partition, in the words of {@link summary}. */
  async produce(records: Uint8Array | null, options: ProduceOptions = {}): Promise<unknown> {
    const version = options.version ?? (options.topicId === undefined ? 12 : 13)
    const body = produceBody(records, { topic: this.topic, ...options })
    const answer = await this.ask(produceApi, version, body)
    return answer === closed ? closed : summary(answer.responses[0]!.partitionResponses[0]!)
  }

  /** Sends a Produce that is not answered. */
  async produceSilently(records: Uint8Array, options: ProduceOptions = {}): Promise<void> {
    const client = await this.#connected()
    client.send(produceApi, 12, produceBody(records, { topic: this.topic, acks: 0, ...options }))
  }

  /** The answer, or that the connection was closed instead; then the next request gets a new one. */
  async ask<Response, RequestInput>(
    api: Api<unknown, Response, RequestInput, never>,
    version: number,
    body: RequestInput,
  ): Promise<Response | typeof closed> {
    const client = await this.#connected()
    try {
      return await client.request(api, version, body)
    } catch {
      await this.close()
      return closed
    }
  }

  async topicId(): Promise<string> {
    const body = { topics: [{ name: this.topic }], allowAutoTopicCreation: false }
    const answer = await this.ask(metadataApi, 12, body)
    return answer === closed ? '' : answer.topics[0]!.topicId
  }

  deleteRecords(before: bigint): Promise<void> {
    return this.#control.deleteRecords(this.topic, before)
  }

  recreate(): Promise<void> {
    return this.#control.recreate(this.topic)
  }

  /** The same cluster and topic over another connection. */
  another(): Side {
    const other = new Side(this.#control, this.topic)
    this.#others.push(other)
    return other
  }

  async close(): Promise<void> {
    for (const other of this.#others.splice(0)) await other.close()
    await this.#client?.close()
    this.#client = null
  }

  async #connected(): Promise<RawClient> {
    this.#client ??= await RawClient.connect(this.#control.bootstrapServer)
    return this.#client
  }
}

/** In place of an answer. */
export const closed = 'the connection was closed' as const

/**
 * The parts of an answer that both clusters must agree on (texts are worded differently): error, base offset, log start
 * offset, log append time, and which records were refused, if any are named.
 */
export function summary(answer: PartitionAnswer): unknown[] {
  const { baseOffset, errorCode, logAppendTimeMs, logStartOffset, recordErrors } = answer
  const refused = recordErrors.map(({ batchIndex }) => batchIndex)
  const offsets = [baseOffset, logStartOffset, logAppendTimeMs].map(Number)
  return [errorCodeOf(errorCode), ...offsets, ...(refused.length > 0 ? [refused] : [])]
}
