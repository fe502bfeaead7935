import type { AccumulatorFront, Delivery } from '@sluice/accumulator'
import type { Partitioner, TopicPartitioner } from '@sluice/partitioner'
import {
  BATCH_HEADER_BYTES,
  KafkaError,
  type ProducerRecord,
  recordSize,
  recordSizeBound,
} from '@sluice/protocol'
import type { Logger } from '../runtime.js'
import { checkTopic, invalid, readRecord } from './check-record.js'
import { KeyBytes } from './key-encoder.js'
import { Slip } from './pending-record.js'
import { TopicIntake, type TopicIntakeHost } from './topic-intake.js'

/** What a waiting record costs beside its bytes and its delivery: the waiter, its place in the line, the caller's record. */
const waiterBytes = 500
/** What a Buffer of the caller's costs beside its bytes: a view, and mostly memory of its own. */
const viewBytes = 350

export interface IntakeOptions {
  readonly maxRequestBytes: number
  readonly runtime: { readonly logger: Logger }
}

/** The way of a record into a batch, or into the line of those who wait: `check`, then `take`. */
export class Intake {
  readonly #front: AccumulatorFront
  readonly #partitioner: Partitioner
  readonly #mostBytes: number
  readonly #host: TopicIntakeHost
  readonly #topics = new Map<string, TopicIntake>()
  /** For the next record. Null while a record has it: then what a getter or a partitioner sends gets another. */
  #spare: Slip | null = null

  constructor(
    front: AccumulatorFront,
    partitioner: Partitioner,
    { maxRequestBytes, runtime }: IntakeOptions,
  ) {
    this.#front = front
    this.#partitioner = partitioner
    this.#mostBytes = maxRequestBytes - BATCH_HEADER_BYTES
    this.#host = { keyBytes: new KeyBytes(), logger: runtime.logger }
  }

  /** @throws KafkaError INVALID_TOPIC_EXCEPTION, PARTITIONER_FAILED */
  topic(name: string): TopicIntake {
    return this.#topics.get(name) ?? this.#addTopic(name)
  }

  /** Reads the record. @throws KafkaError INVALID_ARGUMENT, INVALID_TOPIC_EXCEPTION, PARTITIONER_FAILED */
  check(record: ProducerRecord): Slip {
    const slip = this.#spare ?? new Slip()
    this.#spare = null
    try {
      slip.topic = this.topic(readRecord(slip, record, this.#front.timestamp()))
      slip.record = record
      return slip
    } catch (error) {
      throw error instanceof KafkaError ? error : invalid('reading the record threw', error)
    }
  }

  /**
   * Takes a checked record; what becomes of it goes to the delivery.
   * @returns true where that is settled or the record is in a batch: the slip is another's from now on. False where it waits.
   */
  take(slip: Slip, delivery: Delivery, a: unknown, b: unknown): boolean {
    slip.delivery = delivery
    slip.a = a
    slip.b = b
    const tooLarge = this.#tooLarge(slip)
    if (tooLarge !== null) slip.fail(tooLarge)
    else if (slip.topic.front.blocked || !slip.append()) return this.#wait(slip)
    slip.clear()
    this.#spare = slip
    return true
  }

  #wait(slip: Slip): false {
    const size = recordSize(slip.key, slip.value, slip.headers)
    const views = (isView(slip.key) ? viewBytes : 0) + (isView(slip.value) ? viewBytes : 0)
    slip.bytes = size + views + slip.delivery.heldBytes + waiterBytes
    slip.topic.front.wait(slip)
    return false
  }

  #tooLarge({ key, value, headers, topic: { name: topic } }: Slip): KafkaError | null {
    if (recordSizeBound(key, value, headers) <= this.#mostBytes) return null
    const size = recordSize(key, value, headers)
    if (size <= this.#mostBytes) return null
    const maxRequestBytes = this.#mostBytes + BATCH_HEADER_BYTES
    const detail = `a record of ${size + BATCH_HEADER_BYTES} bytes is over maxRequestBytes (${maxRequestBytes}); raise maxRequestBytes and the topic's max.message.bytes, or send less in one record`
    return new KafkaError('RECORD_TOO_LARGE', detail, { topic, persisted: 'no' })
  }

  #addTopic(name: string): TopicIntake {
    checkTopic(name)
    const partitioner = this.#partitionerOf(name)
    const topic = new TopicIntake(name, this.#front.forTopic(name), partitioner, this.#host)
    this.#topics.set(name, topic)
    return topic
  }

  #partitionerOf(topic: string): TopicPartitioner {
    try {
      return this.#partitioner.forTopic(topic)
    } catch (cause) {
      const detail = `forTopic of the partitioner threw for topic ${topic}`
      throw new KafkaError('PARTITIONER_FAILED', detail, { cause, topic, persisted: 'no' })
    }
  }
}

function isView(bytes: string | Uint8Array | null): boolean {
  return bytes !== null && typeof bytes !== 'string'
}
