import type {
  Delivery,
  LateContent,
  Placer,
  RecordToAppend,
  TopicFront,
  TopicSnapshot,
} from '@sluice/accumulator'
import {
  type FlatHeaders,
  type HeaderValue,
  isBytes,
  type ProducerRecord,
  type RecordHeaders,
  recordSize,
} from '@sluice/protocol'
import type { PendingRecord } from '../intake/pending-record.js'
import type { MockLine } from './mock-line.js'
import type { SentRecords } from './sent-records.js'

/** A topic that is known from the start, and always has room. Its leader is node 0. */
export class MockTopic implements TopicFront {
  readonly snapshot: TopicSnapshot
  readonly batchBytes = 16_384
  readonly #records: SentRecords
  readonly #line: MockLine

  constructor(name: string, records: SentRecords, line: MockLine) {
    this.#records = records
    this.#line = line
    const partitions = Array.from({ length: records.partitionsOf(name) }, (_, partition) => ({
      topic: name,
      partition,
      leader: 0,
      leaderEpoch: 0,
      replicas: [0],
      inSyncReplicas: [0],
    }))
    this.snapshot = { name, error: null, partitions }
  }

  get blocked(): boolean {
    return this.#line.size > 0
  }

  append(pending: PendingRecord, delivery: Delivery, a: unknown, b: unknown): number {
    const { partition, timestamp, key, value, headers } = pending
    this.#records.add({ record: copyOf(pending), partition, timestamp, delivery, a, b })
    return recordSize(key, value, headers)
  }

  /** The topic is known, and there is always room: records wait only behind one whose serializer has not answered. */
  wait(record: RecordToAppend, delivery: Delivery, a: unknown, b: unknown, placer: Placer): number {
    return this.#line.join(record, true, delivery, a, b, placer)
  }

  reserve(
    record: RecordToAppend,
    delivery: Delivery,
    a: unknown,
    b: unknown,
    placer: Placer,
  ): number {
    return this.#line.join(record, false, delivery, a, b, placer)
  }

  complete(ticket: number, key: LateContent, value: LateContent): void {
    this.#line.complete(ticket, key, value)
  }

  refusalOf(): null {
    return null
  }

  leave(ticket: number): boolean {
    return this.#line.leave(ticket)
  }

  whenKnown(): Promise<void> {
    return Promise.resolve()
  }

  tailOpen(): boolean {
    return false
  }

  queuedBatches(): number {
    return 0
  }

  delayedMs(): number {
    return 0
  }
}

/** The record as it was given: a field that was left out is left out here, too, and bytes are copies. */
function copyOf(pending: PendingRecord): ProducerRecord {
  const { record: given, topic, value, givenKey, givenPartition, timestamp, headers } = pending
  return {
    topic: topic.name,
    ...(given.key === undefined ? {} : { key: copyOfBytes(givenKey) }),
    value: copyOfBytes(value),
    ...(givenPartition === undefined ? {} : { partition: givenPartition }),
    ...(given.timestamp === undefined ? {} : { timestamp }),
    ...(headers === null ? {} : { headers: copyOfHeaders(given.headers!, headers) }),
  }
}

/** An object stays an object. All else becomes a list of pairs, since an iterable can be read only once. */
function copyOfHeaders(given: RecordHeaders, flat: FlatHeaders): RecordHeaders {
  if (!(Symbol.iterator in given))
    return Object.fromEntries(
      Object.entries(given).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.map(copyOfBytes) : copyOfBytes(value as HeaderValue),
      ]),
    )
  return Array.from({ length: flat.length / 2 }, (_, at): [string, HeaderValue] => [
    flat[2 * at] as string,
    copyOfBytes(flat[2 * at + 1]!),
  ])
}

function copyOfBytes(field: HeaderValue): HeaderValue {
  return isBytes(field) ? new Uint8Array(field) : field
}
