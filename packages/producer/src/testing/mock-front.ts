import type { AccumulatorFront, TopicFront } from '@sluice/accumulator'
import { KafkaError } from '@sluice/protocol'
import type { ProducerRuntime } from '../runtime.js'
import { MockTopic } from './mock-topic.js'
import type { Sends } from './sent-records.js'

/** Takes the place of the accumulator's front: what the producer appends is history at once. */
export class MockFront implements AccumulatorFront {
  readonly hasRoom = true
  readonly #sends: Sends
  readonly #runtime: ProducerRuntime
  readonly #topics = new Map<string, MockTopic>()

  constructor(sends: Sends, runtime: ProducerRuntime) {
    this.#sends = sends
    this.#runtime = runtime
  }

  get pending(): boolean {
    return this.#sends.pending.length > 0
  }

  forTopic(name: string): TopicFront {
    let topic = this.#topics.get(name)
    if (topic === undefined) this.#topics.set(name, (topic = new MockTopic(name, this.#sends)))
    return topic
  }

  timestamp(): number {
    return this.#runtime.wallClock()
  }

  drained(): Promise<void> {
    return Promise.resolve()
  }

  flush(): Promise<void> {
    return this.#sends.settled()
  }

  abort(error: KafkaError): void {
    this.#sends.failAll(error)
  }

  close(): Promise<void> {
    const detail = 'the producer was closed before the record was acknowledged'
    this.#sends.failAll(new KafkaError('PRODUCER_CLOSED', detail, { persisted: 'possibly' }))
    return Promise.resolve()
  }

  onPending(listener: (pending: boolean) => void): void {
    this.#sends.onPending = listener
  }

  receive(): void {}
}
