import type { KafkaError } from '@sluice/protocol'
import type { AccumulatorRuntime } from '../../runtime.js'
import { DelayLine } from '../lists/delay-line.js'
import type { Link } from '../lists/linked-list.js'

/** What must be known of a topic to ask for it. */
export interface QuestionedTopic {
  /** The questions for its metadata. */
  readonly questions: Set<TopicQuestion>
  /** The error of a wait for the metadata that was too long. */
  metadataTimeout(waitedMs: number): KafkaError
}

/** A caller waits for the metadata of a topic, and has no record to send. */
export interface TopicQuestion {
  readonly topic: QuestionedTopic
  /** When the question was asked, in monotonic milliseconds. */
  readonly since: number
  answer(): void
  refuse(error: KafkaError): void
  /** The place among all questions. */
  inTime: Link<TopicQuestion> | null
}

/**
 * The questions for the metadata of topics. They hold no memory that is counted, stand in no line of records, and no
 * flush waits for them. Each fails after `maxBlockMs`.
 */
export class TopicQuestions {
  readonly #maxBlockMs: number
  readonly #runtime: AccumulatorRuntime
  readonly #inTime: DelayLine<TopicQuestion>

  constructor(maxBlockMs: number, runtime: AccumulatorRuntime) {
    this.#maxBlockMs = maxBlockMs
    this.#runtime = runtime
    this.#inTime = new DelayLine(maxBlockMs, runtime, (question) => {
      question.topic.questions.delete(question)
      question.refuse(question.topic.metadataTimeout(this.#maxBlockMs))
    })
  }

  ask(topic: QuestionedTopic): Promise<void> {
    return new Promise((answer, refuse) => {
      const since = this.#runtime.now()
      const question: TopicQuestion = { topic, since, answer, refuse, inTime: null }
      topic.questions.add(question)
      question.inTime = this.#inTime.add(question)
    })
  }

  /** The metadata of the topic has come. */
  answer(topic: QuestionedTopic): void {
    for (const question of this.#take(topic)) question.answer()
  }

  /** The cluster refuses the topic. */
  refuse(topic: QuestionedTopic, error: KafkaError): void {
    for (const question of this.#take(topic)) question.refuse(error)
  }

  /** Refuses every question, and leaves no timer behind. */
  close(error: KafkaError): void {
    const topics = new Set(Array.from(this.#inTime, ({ topic }) => topic))
    for (const topic of topics) this.refuse(topic, error)
    this.#inTime.stop()
  }

  #take(topic: QuestionedTopic): TopicQuestion[] {
    const questions = [...topic.questions]
    topic.questions.clear()
    for (const { inTime } of questions) inTime?.remove()
    return questions
  }
}
