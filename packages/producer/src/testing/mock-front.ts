import type { AccumulatorFront, FrontFigures, TopicFront } from '@sluice/accumulator'
import { KafkaError } from '@sluice/protocol'
import type { ProducerRuntime } from '../runtime.js'
import { MockLine } from './mock-line.js'
import { MockTopic } from './mock-topic.js'
import type { SentRecords } from './sent-records.js'

/** Takes the place of the accumulator's front. A record that the producer appends goes into the history, not into a batch. */
export class MockFront implements AccumulatorFront {
  readonly hasRoom = true
  readonly #records: SentRecords
  readonly #runtime: ProducerRuntime
  readonly #topics = new Map<string, MockTopic>()
  /** Of the records that wait for a serializer, by topic. */
  readonly #lines: MockLine[] = []
  #pending = false
  #onPending: (pending: boolean) => void = () => {}
  /** Flushes that wait for the lines. */
  #flushes: (() => void)[] = []

  constructor(records: SentRecords, runtime: ProducerRuntime) {
    this.#records = records
    this.#runtime = runtime
    records.onPending = () => this.#changed()
  }

  get pending(): boolean {
    return this.#records.pending.length > 0 || this.#inLine > 0
  }

  get #inLine(): number {
    return this.#lines.reduce((count, { size }) => count + size, 0)
  }

  forTopic(name: string): TopicFront {
    return this.#topics.get(name) ?? this.#addTopic(name)
  }

  timestamp(): number {
    return this.#runtime.wallClock()
  }

  drained(): Promise<void> {
    return Promise.resolve()
  }

  async flush(): Promise<void> {
    if (this.#inLine > 0) await new Promise<void>((resolve) => this.#flushes.push(resolve))
    await this.#records.settled()
  }

  abort(error: KafkaError): void {
    for (const line of this.#lines) line.failAll(error)
    this.#records.failAll(error)
  }

  close(): Promise<void> {
    const sent = 'the producer was closed before the record was sent'
    const notSent = new KafkaError('PRODUCER_CLOSED', sent, { persisted: 'no' })
    for (const line of this.#lines) line.failAll(notSent)
    const detail = 'the producer was closed before the record was acknowledged'
    this.#records.failAll(new KafkaError('PRODUCER_CLOSED', detail, { persisted: 'possibly' }))
    return Promise.resolve()
  }

  onPending(listener: (pending: boolean) => void): void {
    this.#onPending = listener
  }

  #addTopic(name: string): MockTopic {
    const line = new MockLine(() => this.#changed())
    this.#lines.push(line)
    const topic = new MockTopic(name, this.#records, line)
    this.#topics.set(name, topic)
    return topic
  }

  #changed(): void {
    if (this.#inLine === 0) for (const resolve of this.#flushes.splice(0)) resolve()
    if (this.pending === this.#pending) return
    this.#pending = this.pending
    this.#onPending(this.#pending)
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
