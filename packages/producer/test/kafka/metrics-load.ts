import { gzip } from '@sluice/protocol/gzip'
import type { JavaProcess } from '@sluice/test-kafka'
import { createProducer, type Producer, type ProducerMetrics } from '../../src/index.js'

/** One of two producers that are given the same records, by the same settings: no batch goes before a flush. */
export interface LoadedProducer {
  /** Appends so many records for each of the partitions, from the given index on. */
  append(topic: string, partitions: number, first: number, count: number): Promise<unknown>
  flush(): Promise<unknown>
  /** Begins a flush; resolves at once. */
  beginFlush(): Promise<unknown>
  inFlight(): Promise<number>
  close(): Promise<unknown>
}

/** Without a sender's thread: that sends the batches of a flush in several requests, as each arrives there. */
export class SluiceUnderLoad implements LoadedProducer {
  readonly producer: Producer

  constructor(bootstrapServers: string) {
    const batches = { compression: gzip({ level: 6 }), lingerMs: 60_000, batchBytes: 262_144 }
    const onDeliveryError = (): void => {}
    this.producer = createProducer({ bootstrapServers, ...batches, onDeliveryError })
  }

  async append(topic: string, partitions: number, first: number, count: number): Promise<void> {
    for (let index = first; index < first + count; index++)
      for (let partition = 0; partition < partitions; partition++)
        this.producer.enqueue({ topic, partition, value: valueOf(index) })
  }

  flush(): Promise<void> {
    return this.producer.flush()
  }

  async beginFlush(): Promise<void> {
    void this.producer.flush()
  }

  async inFlight(): Promise<number> {
    return this.producer.metrics().requestsInFlight
  }

  metrics(): ProducerMetrics {
    return this.producer.metrics()
  }

  close(): Promise<void> {
    return this.producer.close()
  }
}

/** By group, label and name, as in `producer-topic-metrics orders byte-total`. What is no finite number is left out. */
export type JavaMetrics = Readonly<Record<string, number>>

/** Kafka's own producer, in ProducerMetrics.java. */
export class JavaUnderLoad implements LoadedProducer {
  readonly #java: JavaProcess

  private constructor(java: JavaProcess) {
    this.#java = java
  }

  static async open(java: JavaProcess, bootstrapServers: string): Promise<JavaUnderLoad> {
    const codec = 'compression.type gzip compression.gzip.level 6'
    await java.ask(
      `open bootstrap.servers ${bootstrapServers} ${codec} linger.ms 60000 batch.size 262144`,
    )
    return new JavaUnderLoad(java)
  }

  append(topic: string, partitions: number, first: number, count: number): Promise<string> {
    return this.#java.ask(`append ${topic} ${partitions} ${first} ${count}`)
  }

  flush(): Promise<string> {
    return this.#java.ask('flush')
  }

  beginFlush(): Promise<string> {
    return this.#java.ask('begin-flush')
  }

  async inFlight(): Promise<number> {
    return (await this.metrics())['producer-metrics requests-in-flight']!
  }

  async metrics(): Promise<JavaMetrics> {
    return JSON.parse(await this.#java.ask('metrics')) as JavaMetrics
  }

  close(): Promise<string> {
    return this.#java.ask('close')
  }
}

/** The length of the largest value in bytes: twenty words of nine. */
export const largestValue = 180

/** From 2 to 180 bytes that compress to about half. */
function valueOf(index: number): string {
  let value = ''
  let x = index
  for (let word = 0; word <= index % 20; word++) {
    x = (Math.imul(x, 1_664_525) + 1_013_904_223) >>> 0
    value += `${x.toString(16)},`
  }
  return value
}
