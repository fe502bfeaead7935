import { Partitioners } from '@sluice/kafkajs'
import { seededRandom } from '@sluice/protocol/testing'
import type { ICustomPartitioner, Message, Producer, ProducerBatch } from 'kafkajs-original'
import { expect, test } from 'vitest'
import { outcomeOf, recordsIn, sideBySide } from './side-by-side.js'

type Pick = <Value>(...values: Value[]) => Value

/** A call that both clients accept. Its messages have keys or partitions, so that both place them alike. */
function randomCall(pick: Pick): ProducerBatch {
  return {
    acks: pick(-1, -1, 1),
    ...pick({}, { compression: 1 }, { timeout: 5_000 }),
    topicMessages: list(pick(0, 1, 1, 2, 4), () => ({
      topic: pick('t', 'u'),
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

function list<Item>(count: number, make: () => Item): Item[] {
  return Array.from({ length: count }, make)
}

function calls(seed: number): ProducerBatch[] {
  const random = seededRandom(seed)
  const pick: Pick = (...values) => values[Math.floor(random() * values.length)]!
  return list(25, () => randomCall(pick))
}

const byPlace = (a: { topicName: string; partition: number }, b: typeof a): number =>
  a.topicName.localeCompare(b.topicName) || a.partition - b.partition

async function play(producer: Producer, batches: ProducerBatch[]): Promise<unknown[]> {
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

const seeds = list(8, () => 0).map((_, index) => index + 1)

test.each(seeds)(
  'random calls have the results and the records of kafkajs: seed %i',
  async (seed) => {
    const cluster = {
      autoCreateTopics: false,
      topics: { t: { partitions: 3 }, u: { partitions: 2 } },
    }
    const { kafkajs, ours } = await sideBySide(
      async (producer, inCluster) => {
        const outcomes = await play(producer, calls(seed))
        await expect.poll(() => inCluster.records('t').length).toBeGreaterThan(0)
        return { outcomes, t: recordsIn(inCluster, 't'), u: recordsIn(inCluster, 'u') }
      },
      { cluster },
    )
    expect(ours).toEqual(kafkajs)
  },
)

const byValueLength: ICustomPartitioner = () => {
  return ({ partitionMetadata, message }) => (message.value?.length ?? 0) % partitionMetadata.length
}

test.each<[name: string, createPartitioner: ICustomPartitioner]>([
  ['the default', Partitioners.DefaultPartitioner],
  ['the legacy', Partitioners.LegacyPartitioner],
  ['the Java compatible', Partitioners.JavaCompatiblePartitioner],
  ['a custom', byValueLength],
])('%s partitioner places keys where kafkajs places them', async (_, createPartitioner) => {
  const messages = list(300, () => 0).map((_zero, index) => ({
    key: index % 2 === 0 ? `key-${index}` : Buffer.from([index & 255, 200, index >> 8]),
    value: 'v'.repeat(index % 7),
  }))
  const { kafkajs, ours } = await sideBySide(
    async (producer, cluster) => {
      await producer.send({ topic: 't', messages })
      return recordsIn(cluster, 't')
    },
    { producer: { createPartitioner } },
  )
  expect(ours).toEqual(kafkajs)
})
