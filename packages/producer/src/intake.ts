import type { AccumulatorFront, Delivery, Waiter } from '@sluice/accumulator'
import type { Partitioner } from '@sluice/partitioner'
import {
  BATCH_HEADER_BYTES,
  type FlatHeaders,
  KafkaError,
  type ProducerRecord,
  recordSize,
  recordSizeBound,
} from '@sluice/protocol'
import { checkTopic } from './check-record.js'
import { KeyBytes } from './key-bytes.js'
import { type PendingEnd, PendingRecord } from './pending-record.js'
import { TopicIntake } from './topic-intake.js'

/** What a waiting record costs beside its bytes and its delivery: the waiter and its place in the line. */
const waiterBytes = 400

export interface IntakeOptions {
  readonly batchBytes: number
  readonly maxRequestBytes: number
}

/** The way of a checked record into a batch, or into the line of those who wait. */
export class Intake implements PendingEnd {
  readonly #front: AccumulatorFront
  readonly #partitioner: Partitioner
  readonly #options: IntakeOptions
  readonly #keyBytes = new KeyBytes()
  readonly #topics = new Map<string, TopicIntake>()

  constructor(front: AccumulatorFront, partitioner: Partitioner, options: IntakeOptions) {
    this.#front = front
    this.#partitioner = partitioner
    this.#options = options
  }

  /** @throws KafkaError INVALID_TOPIC_EXCEPTION */
  topic(name: string): TopicIntake {
    return this.#topics.get(name) ?? this.#addTopic(name)
  }

  /** Takes the record; what becomes of it goes to the delivery. @returns the waiter, where it has to wait */
  take(
    topic: TopicIntake,
    record: ProducerRecord,
    headers: FlatHeaders | null,
    delivery: Delivery,
    a: unknown,
    b: unknown,
  ): Waiter | null {
    const bound = recordSizeBound(record.key ?? null, record.value, headers)
    if (bound > this.#options.maxRequestBytes - BATCH_HEADER_BYTES) {
      const tooLarge = this.#tooLarge(record, headers)
      if (tooLarge !== null) return this.refuse(tooLarge, delivery, a, b)
    }
    const timestamp = record.timestamp ?? this.#front.timestamp()
    if (!topic.front.blocked && this.append(topic, record, headers, timestamp, delivery, a, b))
      return null
    const size = recordSize(record.key ?? null, record.value, headers)
    const bytes = size + delivery.heldBytes + waiterBytes
    const waiter = new PendingRecord(this, topic, bytes, record, headers, timestamp, delivery, a, b)
    topic.front.wait(waiter)
    return waiter
  }

  /** @returns true when the record is done with: appended, or refused */
  append(
    topic: TopicIntake,
    record: ProducerRecord,
    headers: FlatHeaders | null,
    timestamp: number,
    delivery: Delivery,
    a: unknown,
    b: unknown,
  ): boolean {
    try {
      return topic.append(record, headers, timestamp, delivery, a, b)
    } catch (error) {
      this.refuse(error as KafkaError, delivery, a, b)
      return true
    }
  }

  /** The record ends here, before it was in any batch. */
  refuse(error: KafkaError, delivery: Delivery, a: unknown, b: unknown): null {
    delivery.settle({ error, metadata: noMetadata }, 0, a, b)
    return null
  }

  #tooLarge(record: ProducerRecord, headers: FlatHeaders | null): KafkaError | null {
    const { maxRequestBytes } = this.#options
    const size = recordSize(record.key ?? null, record.value, headers) + BATCH_HEADER_BYTES
    if (size <= maxRequestBytes) return null
    const detail = `a record of ${size} bytes is over maxRequestBytes (${maxRequestBytes}); raise maxRequestBytes and the topic's max.message.bytes, or send less in one record`
    return new KafkaError('RECORD_TOO_LARGE', detail, { topic: record.topic, persisted: 'no' })
  }

  #addTopic(name: string): TopicIntake {
    checkTopic(name)
    const partitioner = this.#partitioner.forTopic(name)
    const topic = new TopicIntake(
      name,
      this.#front.forTopic(name),
      partitioner,
      this.#options.batchBytes,
      this.#keyBytes,
    )
    this.#topics.set(name, topic)
    return topic
  }
}

function noMetadata(): never {
  throw new KafkaError('ILLEGAL_STATE', 'a refused record has no metadata')
}
