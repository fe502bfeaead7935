import type { EmbeddedAnswer } from '@sluice/embedded-broker'
import { murmur2 } from '@sluice/partitioner'
import { expect, test } from 'vitest'
import { until, values } from './faulty-cluster.js'
import { expectAllAcknowledged, observedCluster, type ObservedCluster } from './observed-cluster.js'
import { held } from './produce-faults.js'

const keyed = (prefix: string, count: number) =>
  values(count).map((key) => ({ topic: 't', key, value: `${prefix}-${key}` }))

const oneOfTwo = { brokers: 2, topics: { t: { partitions: 1 } } }

/** Waits until the producer knows of so many partitions. */
async function knownPartitions({ producer }: ObservedCluster, count: number): Promise<void> {
  while ((await producer.partitionsFor('t')).length !== count)
    await new Promise((resolve) => setTimeout(resolve, 5))
}

test('F17: when a topic grows, what is queued and in flight keeps its partition, and only what comes later knows of the new ones', async () => {
  await using observed = await observedCluster({
    batchRecords: 10,
    cluster: oneOfTwo,
    metadataMaxAgeMs: 20,
  })
  await observed.sendRecords(keyed('before', 1))
  const { fault, arrived, release } = held()
  observed.faults.push(fault)
  const early = observed.sendRecords(keyed('early', 100))
  await arrived
  observed.cluster.alterTopic('t', { partitions: 4 })
  await knownPartitions(observed, 4)
  const late = observed.sendRecords(keyed('late', 100))
  release()
  await Promise.all([early, late])
  expectAllAcknowledged(observed)
  expect(partitionsOf(await early)).toEqual(new Set([0]))
  // The price: a key may go on elsewhere, and its order holds before and after, not across.
  for (const { record, metadata } of await late) {
    const hash = murmur2(Buffer.from(record.key as string)) & 0x7fffffff
    expect(metadata?.partition).toBe(hash % 4)
  }
  expect(partitionsOf(await late).size).toBe(4)
  expect(new Set(observed.batches.map(({ epoch }) => epoch))).toEqual(new Set([0]))
})

test('F17: a partition that a record names can be used as soon as the topic has grown', async () => {
  await using observed = await observedCluster({ cluster: oneOfTwo, metadataMaxAgeMs: 20 })
  await observed.send(0, 'a')
  const [tooEarly] = await observed.send(2, 'b')
  expect(tooEarly!.error).toMatchObject({
    code: 'INVALID_PARTITION',
    persisted: 'no',
    message: expect.stringContaining('partition 2 of topic t does not exist: it has 1'),
  })
  observed.cluster.alterTopic('t', { partitions: 3 })
  await knownPartitions(observed, 3)
  const [sent] = await observed.send(2, 'c')
  expect(sent!.metadata).toMatchObject({ partition: 2, offset: 0n })
})

function partitionsOf(sent: ObservedCluster['sent']): Set<number | undefined> {
  return new Set(sent.map(({ metadata }) => metadata?.partition))
}

type TopicAnswer = EmbeddedAnswer<'Metadata'>['topics'][number]
type Partitions = NonNullable<TopicAnswer['partitions']>

const leaderNotAvailable = 5

const partial: [string, (partitions: Partitions) => Partitions][] = [
  ['names only the first', (partitions) => partitions.slice(0, 1)],
  ['lacks one in the middle', (partitions) => partitions.toSpliced(1, 1)],
  ['names none', () => []],
  [
    'has no leaders',
    (partitions) =>
      partitions.map((one) => ({ ...one, leaderId: -1, errorCode: leaderNotAvailable })),
  ],
]

test.each(partial)(
  'F17: metadata that %s for a while costs the partitions of a topic neither records nor their numbers',
  async (_, change) => {
    await using observed = await observedCluster({
      batchRecords: 1,
      cluster: { brokers: 2, topics: { t: { partitions: 3 } } },
      metadataMaxAgeMs: 20,
    })
    const partitions = [0, 1, 2]
    for (const partition of partitions) await observed.send(partition, `before ${partition}`)
    const { fault, arrived, release } = held()
    observed.onProduce = fault
    const early = partitions.map((one) => observed.send(one, ...values(10, `early ${one}-`)))
    await arrived
    let answers = 0
    const stop = observed.cluster.intercept('Metadata', async ({ serve }) => {
      const answer = await serve()
      answers++
      const topics = answer!.topics.map((topic) => ({
        ...topic,
        partitions: change([...topic.partitions]),
      }))
      return { ...answer!, topics }
    })
    await until(() => answers >= 3)
    const late = partitions.map((one) => observed.send(one, ...values(3, `late ${one}-`)))
    release()
    stop()
    await Promise.all([...early, ...late])
    expectAllAcknowledged(observed)
    for (const partition of partitions) {
      const numbers = observed.of(partition).map(({ epoch, sequence }) => [epoch, sequence])
      expect(numbers).toEqual(values(14).map((_unused, index) => [0, index]))
    }
  },
)
