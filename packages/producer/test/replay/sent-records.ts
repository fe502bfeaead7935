import type { Transport } from '@sluice/network'
import type { KafkaError, RecordMetadata } from '@sluice/protocol'
import type { ToldRecord } from '../../../../test/random-faults/log-findings.js'
import { createProducer, type Producer } from '../../src/index.js'

/** Two partitions of a topic that brokers 1 and 2 hold, which are a scenario's partitions 0 and 1. */
export interface Place {
  readonly topic: string
  readonly firstPartition: number
}

type Sent = { -readonly [Key in keyof ToldRecord]: ToldRecord[Key] }

const silent = { debug() {}, info() {}, warn() {}, error() {} }

/** What a producer was given, and what it told of each. */
export class SentRecords {
  readonly all: ToldRecord[] = []
  readonly producer: Producer
  readonly #place: Place
  #unsettled = 0
  #whenSettled: (() => void)[] = []

  constructor(bootstrapServers: string, transport: Transport, place: Place) {
    this.#place = place
    this.producer = createProducer({
      bootstrapServers,
      transport,
      batchRecords: 2,
      // More than a partition may have, so that the limit is the sender's.
      maxInFlight: 8,
      deliveryTimeoutMs: 1_000,
      requestTimeoutMs: 500,
      retryBackoffMs: 50,
      retryBackoffMaxMs: 200,
      reconnectBackoffMs: 20,
      reconnectBackoffMaxMs: 100,
      metadataMaxAgeMs: 500,
      logger: silent,
    })
  }

  /** So many batches of two records. */
  send(partition: number, batches: number): readonly ToldRecord[] {
    const before = this.all.length
    for (let batch = 0; batch < batches; batch++) {
      const pair = this.all.length / 2
      for (const half of ['a', 'b']) this.#enqueue(partition, `${pair}${half}`)
    }
    return this.all.slice(before)
  }

  get unsettled(): number {
    return this.#unsettled
  }

  async settled(): Promise<void> {
    if (this.#unsettled > 0) await new Promise<void>((resolve) => this.#whenSettled.push(resolve))
  }

  #enqueue(partition: number, value: string): void {
    const sent: Sent = { partition, value, settled: 0, error: null, offset: null }
    this.all.push(sent)
    this.#unsettled++
    const { topic, firstPartition } = this.#place
    const record = { topic, partition: firstPartition + partition, value }
    this.producer.enqueue(record, (error, metadata) => this.#told(sent, error, metadata))
  }

  #told(sent: Sent, error: KafkaError | null, metadata: RecordMetadata | null): void {
    sent.settled++
    sent.error = error
    sent.offset = metadata?.offset ?? null
    if (--this.#unsettled > 0) return
    for (const resolve of this.#whenSettled.splice(0)) resolve()
  }
}
