import { createEmbeddedCluster } from '@sluice/embedded-broker'
import { expect, test } from 'vitest'
import { createProducer } from '../../src/index.js'
import { until } from './faulty-cluster.js'
import { producerClock } from './producer-clock.js'

const names = Array.from({ length: 50 }, (_, at) => `topic-${at}`)

test('F15: records wait for a topic that is created long after metadataMaxIdleMs, and are delivered', async () => {
  const clock = producerClock()
  await using cluster = await createEmbeddedCluster({ autoCreateTopics: false })
  await using producer = clock.create({
    bootstrapServers: cluster.bootstrapServers,
    metadataMaxIdleMs: 2_000,
  })
  const sent = clock.passDuring(producer.send({ topic: 'late', value: 'a' }))
  const created = clock.now() + 8_000
  await until(() => clock.now() >= created)
  cluster.createTopic('late', { partitions: 1 })
  expect(await sent).toMatchObject({ offset: 0n })
  expect(clock.now()).toBeLessThan(created + 4_000)
})

test('a topic that nobody uses is forgotten by every stage, and works as a new one when it is used again', async () => {
  await using cluster = await createEmbeddedCluster()
  const chosen = new Map(names.map((topic) => [topic, 0]))
  let known = 0
  await using producer = createProducer({
    bootstrapServers: cluster.bootstrapServers,
    metadataMaxIdleMs: 100,
    retryBackoffMs: 5,
    partitioner: {
      forTopic: (topic) => {
        chosen.set(topic, chosen.get(topic)! + 1)
        return { partition: () => 0 }
      },
    },
    observer: { metadata: ({ topics }) => void (known = topics) },
  })
  const rounds: number[] = []
  // A topic that is used again before the last stage has let go of it stays: then another round is needed.
  while (names.some((topic) => chosen.get(topic)! < 3)) {
    const round = rounds.push(rounds.length)
    await Promise.all(
      names.map(async (topic) => {
        for (const value of ['a', 'b', 'c']) await producer.send({ topic, value: value + round })
      }),
    )
    await until(() => known === 0)
  }
  const expected = rounds.flatMap((at) => ['a', 'b', 'c'].map((value) => `${value}${at + 1}`))
  for (const topic of names)
    expect(cluster.records(topic).map(({ value }) => String(value))).toEqual(expected)
})

test('a topic that is in use is not forgotten, however short metadataMaxIdleMs is', async () => {
  await using cluster = await createEmbeddedCluster()
  const chosen: string[] = []
  await using producer = createProducer({
    bootstrapServers: cluster.bootstrapServers,
    metadataMaxIdleMs: 5,
    retryBackoffMs: 5,
    lingerMs: 200,
    partitioner: {
      forTopic: (topic) => {
        chosen.push(topic)
        return { partition: () => 0 }
      },
    },
  })
  // Open for 200 ms, then in flight for 200 ms.
  cluster.intercept('Produce', (call) => call.delay(200))
  await Promise.all(names.map((topic) => producer.send({ topic, value: 'a' })))
  expect(chosen).toHaveLength(names.length)
  expect(names.flatMap((topic) => cluster.records(topic))).toHaveLength(names.length)
})
