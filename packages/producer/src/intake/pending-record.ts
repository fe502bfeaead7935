import { Buffer } from 'node:buffer'
import type {
  Delivery,
  Placer,
  RecordToAppend,
  Settlement,
  TopicFront,
  WaitingRecord,
} from '@sluice/accumulator'
import type { PartitionInput } from '@sluice/partitioner'
import {
  type FlatHeaders,
  type HeaderValue,
  KafkaError,
  type ProducerRecord,
} from '@sluice/protocol'
import type { UnsettledContents } from './unsettled-contents.js'

/** The topic that a pending record goes to. It also appends the records that have waited. */
export interface TargetTopic extends Placer {
  readonly name: string
  readonly front: TopicFront
  append(pending: PendingRecord): boolean
}

/**
 * One record on its way into a batch, or into the line of those that wait. Each field of the caller's object is read
 * once, so later changes of that object do no harm. The intake fills the same pending record again and again.
 */
export class PendingRecord implements RecordToAppend {
  /** What a partitioner is given of the record. */
  readonly input: PartitionInput = new RecordInput(this)
  /** What the caller gave. Null when the record has waited: the caller's object may be another record by now. */
  given: ProducerRecord | null = null
  topic!: TargetTopic
  givenKey: string | Uint8Array | null = null
  /** Set only while a partition is chosen and the record appended. */
  keyBytes: Uint8Array | null = null
  value: string | Uint8Array | null = null
  headers: FlatHeaders | null = null
  timestamp = 0
  /** The partition that the record names. */
  givenPartition: number | undefined = undefined
  /** Where the record goes; −1 while that is not known. */
  partition = -1
  delivery!: Delivery
  a: unknown = null
  b: unknown = null
  /** What serializers have promised. Null where key and value are there. */
  unsettled: UnsettledContents | null = null
  /** Whether the record has failed already. */
  failed = false

  /** A record that has waited. */
  static waited(topic: TargetTopic, waited: WaitingRecord): PendingRecord {
    const pending = new PendingRecord()
    pending.topic = topic
    pending.givenKey = ownCopy(waited.key)
    pending.value = waited.value
    pending.headers = waited.headers
    pending.timestamp = waited.timestamp
    pending.givenPartition = waited.partition < 0 ? undefined : waited.partition
    pending.delivery = waited.delivery
    pending.a = waited.a
    pending.b = waited.b
    return pending
  }

  /** For partitioners that look at more than the key. */
  get record(): ProducerRecord {
    return (this.given ??= rebuilt(this))
  }

  /** The key as the partitioner got it, if it did, so that it is not encoded a second time. */
  get key(): string | Uint8Array | null {
    return this.keyBytes ?? this.givenKey
  }

  /** @returns true when the record is appended or has failed; false when there is no room */
  append(): boolean {
    try {
      return this.topic.append(this)
    } catch (error) {
      this.fail(error instanceof KafkaError ? error : notAppended(error))
      return true
    }
  }

  /** The record ends here, before it was in any batch. */
  fail(error: KafkaError): void {
    this.failed = true
    this.delivery.settle(new NeverAppended(error), 0, this.a, this.b)
  }

  /** Lets go of the caller's objects. */
  clear(): void {
    this.failed = false
    this.unsettled = null
    this.given = null
    this.givenKey = null
    this.value = null
    this.headers = null
    this.a = null
    this.b = null
  }
}

/** Lets a partitioner read. Whatever it does to this object, such as freezing it, the pending record serves the next record. */
class RecordInput implements PartitionInput {
  readonly #pending: PendingRecord

  constructor(pending: PendingRecord) {
    this.#pending = pending
    Object.freeze(this)
  }

  get keyBytes(): Uint8Array | null {
    return this.#pending.keyBytes
  }

  get record(): ProducerRecord {
    return this.#pending.record
  }
}

/** A record that has waited, for a partitioner. Headers are a list of pairs. */
function rebuilt(pending: PendingRecord): ProducerRecord {
  const { topic, givenKey: key, value, headers, timestamp, givenPartition } = pending
  const record = { topic: topic.name, key, value: ownCopy(value), timestamp }
  return {
    ...record,
    ...(givenPartition === undefined ? {} : { partition: givenPartition }),
    ...(headers === null ? {} : { headers: pairsOf(headers) }),
  }
}

function pairsOf(headers: FlatHeaders): [string, HeaderValue][] {
  return Array.from({ length: headers.length / 2 }, (_, at) => [
    headers[2 * at] as string,
    ownCopy(headers[2 * at + 1]!),
  ])
}

/** Records that wait share memory. What a partitioner does to the bytes it gets, such as transferring them, harms no other record. */
function ownCopy(content: string | Uint8Array | null): string | Uint8Array | null {
  if (content === null || typeof content === 'string') return content
  const copy = Buffer.allocUnsafeSlow(content.length)
  copy.set(content)
  return copy
}

/**
 * The end of one record that was in no batch. A class, not a literal: where many objects of a literal have lived for long,
 * V8 allocates later ones as old objects, and a full line refuses a million a second. They were 100 MiB of garbage.
 */
class NeverAppended implements Settlement {
  readonly error: KafkaError

  constructor(error: KafkaError) {
    this.error = error
  }

  metadata(): never {
    throw new KafkaError('ILLEGAL_STATE', 'a refused record has no metadata')
  }
}

function notAppended(cause: unknown): KafkaError {
  return new KafkaError('ILLEGAL_STATE', 'the record could not be appended', {
    cause,
    persisted: 'no',
  })
}
