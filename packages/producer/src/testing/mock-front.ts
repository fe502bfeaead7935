import type { AccumulatorFront, FrontFigures, TopicFront } from '@sluice/accumulator'
import { KafkaError } from '@sluice/protocol'
import type { ProducerRuntime } from '../runtime.js'
import { MockTopic } from './mock-topic.js'
import type { SentRecords } from './sent-records.js'

/** Takes the place of the accumulator's front. A record that the producer appends goes into the history, not into a batch. */
export class MockFront implements AccumulatorFront {
  readonly hasRoom = true
  readonly #records: SentRecords
  readonly #runtime: ProducerRuntime
  readonly #topics = new Map<string, MockTopic>()

  constructor(records: SentRecords, runtime: ProducerRuntime) {
    this.#records = records
    this.#runtime = runtime
  }

  get pending(): boolean {
    return this.#records.pending.length > 0
  }

  forTopic(name: string): TopicFront {
    let topic = this.#topics.get(name)
    if (topic === undefined) this.#topics.set(name, (topic = new MockTopic(name, this.#records)))
    return topic
  }

  timestamp(): number {
    return this.#runtime.wallClock()
  }

  drained(): Promise<void> {
    return Promise.resolve()
  }

  flush(): Promise<void> {
    return this.#records.settled()
  }

  abort(error: KafkaError): void {
    this.#records.failAll(error)
  }

  close(): Promise<void> {
    const detail = 'the producer was closed before the record was acknowledged'
    this.#records.failAll(new KafkaError('PRODUCER_CLOSED', detail, { persisted: 'possibly' }))
    return Promise.resolve()
  }

  onPending(listener: (pending: boolean) => void): void {
    this.#records.onPending = listener
  }

  /** There is no memory to count, and no record waits. */
  figures(): FrontFigures {
    const { pending, acknowledged } = this.#records
    return {
      bufferTotalBytes: 0,
      bufferAvailableBytes: 0,
      waitingRecords: 0,
      waitingBytes: 0,
      unsettledRecords: pending.length,
      acknowledgedRecords: acknowledged,
      leftInTurn: 0,
      waitingSince: null,
      sealedSince: null,
      unsettledSince: null,
    }
  }

  receive(): void {}
}
