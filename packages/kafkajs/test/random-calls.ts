import { seededRandom } from '@sluice/protocol/testing'
import type { Message, Producer, ProducerBatch } from 'kafkajs-original'
import { outcomeOf } from './side-by-side.js'

type Pick = <Value>(...values: Value[]) => Value

/** What the calls are made of. */
export interface TopicNames {
  readonly t: string
  readonly u: string
}

/** Calls that both clients accept. Their messages have keys or partitions, so that both place them alike. */
export function randomCalls(seed: number, { t, u }: TopicNames = { t: 't', u: 'u' }) {
  const random = seededRandom(seed)
  const pick: Pick = (...values) => values[Math.floor(random() * values.length)]!
  return list(25, () => randomCall(pick, [t, u]))
}

function randomCall(pick: Pick, topics: readonly string[]): ProducerBatch {
  return {
    acks: pick(-1, -1, 1),
    ...pick({}, { compression: 1 }, { timeout: 5_000 }),
    topicMessages: list(pick(0, 1, 1, 2, 4), () => ({
      topic: pick(...topics),
      messages: list(pick(0, 1, 3, 20), () => randomMessage(pick)),
    })),
  }
}

function randomMessage(pick: Pick): Message {
  return {
    value: pick<Message['value']>('', 'plain', 'größe', null, Buffer.from([0, 255, 10])),
    ...pick({ key: 'k' }, { key: Buffer.from([0, 1]) }, { key: '' }, { key: 'o-17', partition: 0 }),
    ...pick({}, { headers: {} }, { headers: { a: 'b', c: ['1', Buffer.from([0])] } }),
    ...pick({}, { timestamp: '1700000000000' }),
  }
}

export function list<Item>(count: number, make: () => Item): Item[] {
  return Array.from({ length: count }, make)
}

const byPlace = (a: { topicName: string; partition: number }, b: typeof a): number =>
  a.topicName.localeCompare(b.topicName) || a.partition - b.partition

/** Makes the calls one after the other. @returns the result of each, or the fields of its error */
export async function playCalls(producer: Producer, batches: ProducerBatch[]): Promise<unknown[]> {
  const outcomes: unknown[] = []
  for (const batch of batches) {
    const single = batch.topicMessages?.length === 1 ? batch.topicMessages[0]! : null
    const outcome = await outcomeOf(async () => {
      const { acks, timeout, compression } = batch as Required<ProducerBatch>
      const results = await (single === null
        ? producer.sendBatch(batch)
        : producer.send({ acks, timeout, compression, ...single }))
      return results.toSorted(byPlace)
    })
    outcomes.push(outcome)
  }
  return outcomes
}
