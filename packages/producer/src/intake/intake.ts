import type { AccumulatorFront, Delivery } from '@sluice/accumulator'
import type { Partitioner, TopicPartitioner } from '@sluice/partitioner'
import {
  BATCH_HEADER_BYTES,
  KafkaError,
  type ProducerRecord,
  recordSize,
  recordSizeBound,
} from '@sluice/protocol'
import { invalidArgument } from '../invalid.js'
import { hearRejection, isThenable } from '../returned-promise.js'
import type { Logger } from '../runtime.js'
import { checkContents, checkTopic, readFields, readRecord } from './check-record.js'
import { CheckedRecords } from './checked-records.js'
import type { GivenRecord } from './given-record.js'
import { KeyEncoder } from './key-encoder.js'
import { PendingRecord } from './pending-record.js'
import { TopicIntake, type TopicIntakeDeps } from './topic-intake.js'

/** What the intake needs. */
export interface IntakeDeps {
  readonly front: AccumulatorFront
  readonly partitioner: Partitioner
  /** A larger record is refused. */
  readonly maxRequestBytes: number
  readonly logger: Logger
}

/** The record is in a batch. */
const inBatch = -1
/** The record has failed, and so surely is in no batch. */
export const neverInBatch = -2
/** The record is neither in a batch nor has it failed. */
export const mustWait = -3

/** Brings a record into a batch, or into the line of records that wait: first `check`, then `take`. */
export class Intake {
  readonly #front: AccumulatorFront
  readonly #partitioner: Partitioner
  readonly #maxRecordBytes: number
  readonly #topicDeps: TopicIntakeDeps
  readonly #topics = new Map<string, TopicIntake>()
  /** For the next record. Null while a record uses it; a getter or a partitioner that sends meanwhile gets another one. */
  #spare: PendingRecord | null = null

  constructor({ front, partitioner, maxRequestBytes, logger }: IntakeDeps) {
    this.#front = front
    this.#partitioner = partitioner
    this.#maxRecordBytes = maxRequestBytes - BATCH_HEADER_BYTES
    this.#topicDeps = { keyEncoder: new KeyEncoder(), logger }
    // With it goes what the partitioner keeps of the topic.
    front.onForgotten?.((topic) => this.#topics.delete(topic))
  }

  /** @throws KafkaError INVALID_TOPIC_EXCEPTION, PARTITIONER_FAILED */
  topic(name: string): TopicIntake {
    return this.#topics.get(name) ?? this.#addTopic(name)
  }

  /** Reads the record. @throws KafkaError INVALID_ARGUMENT, INVALID_TOPIC_EXCEPTION, PARTITIONER_FAILED */
  check(record: GivenRecord): PendingRecord {
    const pending = this.borrow()
    try {
      pending.topic = this.topic(
        readRecord(pending, record, this.#front.timestamp(), this.#maxRecordBytes),
      )
      // Its contents have been checked.
      pending.given = record as ProducerRecord
      return pending
    } catch (error) {
      throw this.checkFailure(error)
    }
  }

  /** For the records of one `sendMany`. */
  columns(count: number): CheckedRecords {
    return new CheckedRecords(count)
  }

  /** Reads a record whose key and value are for serializers. @returns the topic's name, unchecked */
  protected readFields(to: PendingRecord, record: GivenRecord): string {
    return readFields(to, record, this.#front.timestamp(), this.#maxRecordBytes)
  }

  /** What `check` throws in place of what reading a record has thrown. */
  protected checkFailure(thrown: unknown): KafkaError {
    return thrown instanceof KafkaError
      ? thrown
      : invalidArgument('reading the record threw', thrown)
  }

  /** A pending record that no other record uses, until it is given back. */
  borrow(): PendingRecord {
    const pending = this.#spare ?? new PendingRecord()
    this.#spare = null
    return pending
  }

  giveBack(pending: PendingRecord): void {
    pending.clear()
    this.#spare = pending
  }

  /**
   * Takes a checked record, which is given back with it. The delivery hears how the record ends.
   *
   * @returns a ticket for `TopicFront.leave` where the record waits; `neverInBatch` where it has failed, and another
   * negative number where it is in a batch
   */
  take(pending: PendingRecord, delivery: Delivery, a: unknown, b: unknown): number {
    const end = this.offer(pending, delivery, a, b)
    const ticket = end === mustWait ? this.wait(pending) : end
    this.giveBack(pending)
    return ticket
  }

  /** Takes a checked record if it need not wait. @returns `mustWait`, or as `take` does */
  offer(pending: PendingRecord, delivery: Delivery, a: unknown, b: unknown): number {
    pending.delivery = delivery
    pending.a = a
    pending.b = b
    const tooLarge = this.#tooLarge(pending)
    if (tooLarge !== null) pending.fail(tooLarge)
    else if (pending.topic.front.blocked || !pending.append()) return mustWait
    return pending.failed ? neverInBatch : inBatch
  }

  /** Lets an offered record wait. Its bytes are copied. @returns as `take` does */
  wait(pending: PendingRecord): number {
    if (!stillHasBytes(pending)) return neverInBatch
    const { topic, delivery, a, b } = pending
    // A record that is held back by its partition waits for that one, so that no later record of it overtakes.
    if (!isHeldBack(pending)) pending.partition = pending.givenPartition ?? -1
    const ticket = topic.front.wait(pending, delivery, a, b, topic)
    return ticket >= 0 ? ticket : neverInBatch
  }

  /** Takes a checked record in its turn, after it has waited as it was given. @returns as `offer` does */
  place(pending: PendingRecord, delivery: Delivery, a: unknown, b: unknown): number {
    pending.delivery = delivery
    pending.a = a
    pending.b = b
    const tooLarge = this.#tooLarge(pending)
    if (tooLarge !== null) pending.fail(tooLarge)
    else if (stillHasBytes(pending) && !pending.append()) {
      const refusal = pending.topic.front.refusalOf(pending, delivery)
      if (refusal === null) return mustWait
      pending.fail(refusal)
    }
    return pending.failed ? neverInBatch : inBatch
  }

  #tooLarge({ key, value, headers, topic: { name: topic } }: PendingRecord): KafkaError | null {
    if (recordSizeBound(key, value, headers) <= this.#maxRecordBytes) return null
    const size = recordSize(key, value, headers)
    if (size <= this.#maxRecordBytes) return null
    const maxRequestBytes = this.#maxRecordBytes + BATCH_HEADER_BYTES
    const detail = `a record of ${size + BATCH_HEADER_BYTES} bytes, counted before compression, is over maxRequestBytes (${maxRequestBytes}); raise maxRequestBytes and the topic's max.message.bytes, or send less in one record`
    return new KafkaError('RECORD_TOO_LARGE', detail, { topic, persisted: 'no' })
  }

  #addTopic(name: string): TopicIntake {
    checkTopic(name)
    const partitioner = this.#partitionerOf(name)
    const topic = new TopicIntake(name, this.#front.forTopic(name), partitioner, this.#topicDeps)
    this.#topics.set(name, topic)
    return topic
  }

  #partitionerOf(topic: string): TopicPartitioner {
    let made: Partial<TopicPartitioner> | null | undefined
    try {
      made = this.#partitioner.forTopic(topic)
      if (typeof made?.partition === 'function') return made as TopicPartitioner
    } catch (cause) {
      throw partitionerFailed(topic, `forTopic of the partitioner threw for topic ${topic}`, cause)
    }
    hearRejection(made, () => {})
    const what = isThenable(made) ? 'a promise' : 'nothing with a partition()'
    const detail = `forTopic of the partitioner gave ${what} for topic ${topic}; give an object with a function partition, at once`
    throw partitionerFailed(topic, detail)
  }
}

function partitionerFailed(topic: string, detail: string, cause?: unknown): KafkaError {
  return new KafkaError('PARTITIONER_FAILED', detail, { cause, topic, persisted: 'no' })
}

/** Bytes are checked once more before they are read later than the record was sent: a partitioner may have transferred them. */
function stillHasBytes(pending: PendingRecord): boolean {
  try {
    checkContents(pending)
    return true
  } catch (error) {
    pending.fail(error as KafkaError)
    return false
  }
}

/** Whether an offered record must wait for its partition alone. Where others stand in the line, it has no partition yet. */
export function isHeldBack({ topic: { front }, partition }: PendingRecord): boolean {
  return !front.blocked && front.isHeldBack?.(partition) === true
}
