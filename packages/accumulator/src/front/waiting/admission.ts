import { KafkaError, recordSize } from '@sluice/protocol'
import type { LateContent, Placer, RecordToAppend } from '../../accumulator-front.js'
import type { Delivery } from '../../delivery.js'
import type { ToQueue } from '../../messages.js'
import type { Memory } from '../memory/memory.js'
import { refuse } from './never-appended.js'
import type { TopicQuestions } from './topic-questions.js'
import type { WaitingTopic } from './waiting-group.js'
import type { WaitingLine } from './waiting-line.js'

export interface AdmissionDeps {
  readonly memory: Memory
  readonly line: WaitingLine
  readonly questions: TopicQuestions
  toQueue(message: ToQueue): void
}

/** Lets a record or a question wait, or fails it at once if it would wait in vain. */
export class Admission {
  readonly #memory: Memory
  readonly #line: WaitingLine
  readonly #questions: TopicQuestions
  readonly #toQueue: (message: ToQueue) => void
  #closed: KafkaError | null = null

  constructor({ memory, line, questions, toQueue }: AdmissionDeps) {
    this.#memory = memory
    this.#line = line
    this.#questions = questions
    this.#toQueue = toQueue
  }

  /** Fails every question, and every later record. */
  close(error: KafkaError): void {
    this.#closed = error
    this.#questions.close(error)
  }

  /**
   * @param whole - false where the record lacks its key or value, and keeps its place until `complete`
   * @returns as `TopicFront.wait` and `TopicFront.reserve` do
   */
  wait(
    topic: WaitingTopic,
    record: RecordToAppend,
    delivery: Delivery,
    a: unknown,
    b: unknown,
    placer: Placer,
    whole: boolean,
  ): number {
    const error = this.refusalOf(topic, record, delivery)
    if (error === null) return this.#line.join(topic, record, delivery, a, b, placer, whole)
    return refuse(delivery, a, b, error)
  }

  /** As `TopicFront.complete` does. */
  complete(ticket: number, key: LateContent, value: LateContent): void {
    this.#line.complete(ticket, ({ topic, records }) => {
      const completed = records.completed(key, value)
      const refusal = this.refusalOf(topic, completed.read(0), completed.deliveryOf(0))
      return refusal ?? completed
    })
  }

  /** Resolves once the topic has metadata. */
  ask(topic: WaitingTopic): Promise<void> {
    const error = this.#closed ?? this.#topicRefusal(topic)
    return error === null ? this.#questions.ask(topic) : Promise.reject(error)
  }

  /** There is newer metadata of the topic, or it is refused. */
  learned(topic: WaitingTopic): void {
    if (topic.refusal !== null) {
      this.#questions.refuse(topic, topic.refusal)
      this.#line.failTopic(topic, topic.refusal)
    } else if (topic.ready) {
      this.#questions.answer(topic)
      this.#line.admit(topic)
    }
  }

  /** @returns as `TopicFront.refusalOf` does */
  refusalOf(topic: WaitingTopic, record: RecordToAppend, delivery: Delivery): KafkaError | null {
    if (this.#closed !== null) return this.#closed
    const size = recordSize(record.key, record.value, record.headers)
    const fits = this.#memory.couldHold(size, delivery.heldBytes)
    return fits ? this.#topicRefusal(topic) : this.#tooLarge(topic, size)
  }

  /** The cluster is asked again: once it allows the topic, a later record is not refused. */
  #topicRefusal(topic: WaitingTopic): KafkaError | null {
    if (topic.refusal !== null) this.#toQueue({ type: 'topic', topic: topic.name })
    return topic.refusal
  }

  #tooLarge(topic: WaitingTopic, size: number): KafkaError {
    const detail = `a record of about ${size} bytes, counted before compression, can never fit in bufferBytes (${this.#memory.limit}); raise bufferBytes or send smaller records`
    return new KafkaError('RECORD_TOO_LARGE', detail, { topic: topic.name, persisted: 'no' })
  }
}
