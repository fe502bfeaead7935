import { Buffer } from 'node:buffer'
import {
  ByteReader,
  decodeRequestBody,
  decodeRequestHeader,
  decodeResponse,
  errorCodeOf,
  initProducerIdApi,
  metadataApi,
  produceApi,
  type ResponseOf,
} from '@sluice/protocol'
import { Frames } from '../../wire/frames.js'
import type { WireTap } from '../../wire/wire-tap.js'
import { PartitionOnWire } from './partition-on-wire.js'
import { ProducerIdsOnWire, type ProducerIdsOnWireDeps } from './producer-ids-on-wire.js'
import { RecordsOnWire } from './records-on-wire.js'
import { TopicsOnWire } from './topics-on-wire.js'
import { type BatchAnswer, type WireBatch, wireBatch } from './wire-batch.js'

/** A request, and the batches of a Produce. */
interface Unanswered {
  readonly apiKey: number
  readonly version: number
  readonly batches: readonly WireBatch[]
}

/** Reads the Produce requests and their answers on all connections of the run, and says what a producer must never send. */
export class WireJudge {
  readonly findings: string[] = []
  readonly records = new RecordsOnWire()
  readonly #topics = new TopicsOnWire()
  readonly #deps: ProducerIdsOnWireDeps
  readonly #producerIds: ProducerIdsOnWire
  readonly #partitions = new Map<string, PartitionOnWire>()

  constructor(deps: ProducerIdsOnWireDeps) {
    this.#deps = deps
    this.#producerIds = new ProducerIdsOnWire(deps)
  }

  tap(node: number, connection: number): WireTap {
    const unanswered = new Map<number, Unanswered>()
    const written = new Frames((frame) => this.#written(frame, { node, connection }, unanswered))
    const read = new Frames((frame) => this.#read(frame, unanswered))
    return {
      written: (bytes) => written.push(bytes),
      read: (bytes) => read.push(bytes),
      ended: () => {
        for (const { apiKey, batches } of unanswered.values())
          if (apiKey === initProducerIdApi.key) this.#producerIds.lost()
          else this.#lost(batches)
        unanswered.clear()
      },
    }
  }

  #written(
    frame: Buffer,
    where: Pick<WireBatch, 'node' | 'connection'>,
    unanswered: Map<number, Unanswered>,
  ): void {
    const { apiKey, apiVersion: version, correlationId, headerEnd } = decodeRequestHeader(frame)
    const reader = new ByteReader(frame, headerEnd)
    const keep = (batches: readonly WireBatch[]): void =>
      void unanswered.set(correlationId, { apiKey, version, batches })
    if (apiKey === metadataApi.key) keep([])
    if (apiKey === initProducerIdApi.key) {
      keep([])
      const { transactionalId } = decodeRequestBody(initProducerIdApi, version, reader)
      this.findings.push(...this.#producerIds.asked(transactionalId))
    }
    if (apiKey !== produceApi.key) return
    const { acks, topicData } = decodeRequestBody(produceApi, version, reader)
    const batches = topicData.flatMap(({ name, topicId, partitionData }) =>
      partitionData.map(({ index, records }) => {
        const topic = name || topicId
        const seen = {
          ...where,
          place: `${topic}-${index}`,
          leader: this.#topics.leaderOf(topic, index),
        }
        return wireBatch(seen, Buffer.concat(records!))
      }),
    )
    for (const batch of batches) this.#sent(batch)
    // Nobody will ever know more.
    if (acks === 0) this.#lost(batches)
    else keep(batches)
  }

  #read(frame: Buffer, unanswered: Map<number, Unanswered>): void {
    const correlationId = frame.readInt32BE()
    const request = unanswered.get(correlationId)
    if (request === undefined) return
    unanswered.delete(correlationId)
    const { apiKey, version, batches } = request
    if (apiKey === metadataApi.key)
      this.#topics.read(decodeResponse(metadataApi, version, frame).body)
    else if (apiKey === initProducerIdApi.key)
      this.#producerIds.answered(decodeResponse(initProducerIdApi, version, frame).body)
    else this.#produced(decodeResponse(produceApi, version, frame).body, batches)
  }

  #produced({ responses }: ResponseOf<typeof produceApi>, batches: readonly WireBatch[]): void {
    const answers = new Map<string, BatchAnswer>()
    for (const { name, topicId, partitionResponses } of responses)
      for (const { index, errorCode, baseOffset, currentLeader } of partitionResponses) {
        const code = errorCode === 0 ? null : errorCodeOf(errorCode)
        answers.set(`${name || topicId}-${index}`, { code, offset: baseOffset })
        this.#topics.named(name || topicId, index, currentLeader.leaderEpoch)
      }
    for (const batch of batches) {
      const answer = answers.get(batch.place)
      if (answer === undefined) this.#lost([batch])
      else this.#answered(batch, answer)
    }
  }

  #sent(batch: WireBatch): void {
    this.records.sent(batch)
    this.findings.push(...this.#producerIds.used(batch))
    this.findings.push(...this.#of(batch).sent(batch, this.#deps.now()))
  }

  #answered(batch: WireBatch, answer: BatchAnswer): void {
    this.records.answered(batch, answer)
    this.#of(batch).answered(batch, answer, this.#deps.now())
  }

  #lost(batches: readonly WireBatch[]): void {
    for (const batch of batches) {
      this.records.lost(batch)
      this.#of(batch).lost(batch)
    }
  }

  #of({ place }: WireBatch): PartitionOnWire {
    let partition = this.#partitions.get(place)
    if (partition === undefined) this.#partitions.set(place, (partition = new PartitionOnWire()))
    return partition
  }
}
