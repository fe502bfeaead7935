import { seededRandom } from '@sluice/protocol/testing'
import { expect, test } from 'vitest'
import { type KafkaError, type RecordMetadata, type Serializer } from '../../src/index.js'
import { PacedProducer, pacedSizes } from '../intake/paced-producer.js'

const callers = 50
const topics = ['a', 'b', 'c']
const partitions = 4

/** A record of one caller, and what becomes of it. */
interface Sent {
  readonly caller: number
  readonly mustFail: boolean
  end: RecordMetadata | KafkaError | null
}

/** Many callers whose serializers answer after random times, at once, or with an error. */
class RandomCallers {
  readonly sent: Sent[] = []
  readonly #random: () => number
  readonly #paced: PacedProducer

  constructor(seed: number) {
    this.#random = seededRandom(seed)
    const valueSerializer: Serializer<unknown> = {
      serialize: (_topic, sent) => this.#serialize(sent as Sent),
    }
    this.#paced = new PacedProducer({
      valueSerializer,
      sizes: { ...pacedSizes, bufferBytes: 8_388_608 },
    })
    for (const topic of topics) this.#paced.learn(topic, partitions)
  }

  async run(count: number): Promise<void> {
    while (this.sent.length < count) {
      for (let burst = this.#below(100); burst > 0; burst--) this.#call()
      await this.#paced.clock.pass(this.#below(20))
      if (this.#below(3) === 0) this.#paced.acknowledgeAll()
    }
    for (let times = 0; times < 10; times++) {
      await this.#paced.clock.pass(100)
      this.#paced.acknowledgeAll()
    }
    await this.#paced.clock.settle()
  }

  #call(): void {
    const caller = this.#below(callers)
    const topic = topics[this.#below(topics.length)]!
    if (this.#below(10) === 0) return this.#callMany(caller, topic)
    const sent = this.#newRecord(caller, this.#below(10) === 0)
    const record = { topic, key: `${caller}-${this.#below(3)}`, value: sent }
    if (this.#below(3) > 0) return this.#enqueue(record)
    this.#paced.producer.send(record).then(
      (metadata) => (sent.end = metadata),
      (error: KafkaError) => (sent.end = error),
    )
  }

  /** It throws what a serializer throws at once. */
  #enqueue(record: { readonly topic: string; readonly key: string; readonly value: Sent }): void {
    const { value: sent } = record
    try {
      this.#paced.producer.enqueue(record, (error, metadata) => (sent.end = error ?? metadata))
    } catch (error) {
      sent.end = error as KafkaError
    }
  }

  /** Records that go together, of which none must fail. */
  #callMany(caller: number, topic: string): void {
    const all = [1, 2, 3].map(() => this.#newRecord(caller, false))
    const records = all.map((value) => ({ topic, key: `${caller}`, value }))
    this.#paced.producer.sendMany(records).then(
      (results) => all.forEach((sent, at) => (sent.end = results[at]!)),
      (error: KafkaError) => all.forEach((sent) => (sent.end = error)),
    )
  }

  #newRecord(caller: number, mustFail: boolean): Sent {
    const sent: Sent = { caller, mustFail, end: null }
    this.sent.push(sent)
    return sent
  }

  #serialize({ mustFail }: Sent): string | Promise<string> {
    const error = new Error('told by the test')
    const [isNow, delay] = [this.#below(3) === 0, this.#below(60)]
    if (isNow && mustFail) throw error
    if (isNow) return 'now'
    return new Promise((resolve, reject) =>
      this.#paced.clock.setTimeout(() => (mustFail ? reject(error) : resolve('late')), delay),
    )
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit)
  }
}

test.each([1, 2, 3, 4])(
  'records of 50 callers keep their order in each partition while serializers answer when they like, and one that rejects fails its own send alone (seed %i)',
  async (seed) => {
    const random = new RandomCallers(seed)
    await random.run(1_500)
    const last = new Map<string, bigint>()
    for (const { caller, mustFail, end } of random.sent) {
      if (mustFail) {
        expect(end).toMatchObject({ code: 'SERIALIZATION_FAILED', persisted: 'no' })
        continue
      }
      expect(end).not.toBeInstanceOf(Error)
      const { topic, partition, offset } = end as RecordMetadata
      const place = `${caller} ${topic} ${partition}`
      expect(offset).toBeGreaterThan(last.get(place) ?? -1n)
      last.set(place, offset)
    }
    expect(random.sent.filter(({ mustFail }) => mustFail).length).toBeGreaterThan(50)
    expect(last.size).toBeGreaterThan(callers)
  },
)
