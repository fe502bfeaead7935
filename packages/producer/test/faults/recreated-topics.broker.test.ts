import { type EmbeddedCluster, produceError } from '@sluice/embedded-broker'
import type { RecordMetadata } from '@sluice/protocol'
import { expect, test } from 'vitest'
import {
  type FaultyCluster,
  type FaultyOptions,
  faultyCluster,
  until,
  values,
} from './faulty-cluster.js'
import { producerClock } from './producer-clock.js'

/** Each record a request, of which up to five are on their way. */
const pipelined: FaultyOptions = { batchRecords: 1 }

function recreate(cluster: EmbeddedCluster, partitions = 1): void {
  cluster.deleteTopic('t')
  cluster.createTopic('t', { partitions })
}

/** How brokers name topics: by id, by name, and so old that the metadata tells no id. */
const cap = {
  'by id': {},
  'by name': { Produce: 12 },
  'without ids': { Produce: 9, Metadata: 9 },
}
const everyVersion = Object.keys(cap) as (keyof typeof cap)[]

async function clusterThat(names: keyof typeof cap, options = pipelined): Promise<FaultyCluster> {
  const faulty = await faultyCluster(options)
  for (const broker of faulty.cluster.brokers) broker.capVersions(cap[names])
  return faulty
}

/** The new log has these and nothing else, in their order, each where its acknowledgement says. */
function expectInNewLog(
  { cluster }: FaultyCluster,
  expected: readonly string[],
  told: readonly RecordMetadata[],
  partition = 0,
): void {
  const log = cluster.records('t').filter((record) => record.partition === partition)
  expect(log.map(({ value }) => String(value))).toEqual(expected)
  expect(told.map(({ offset }) => offset)).toEqual(log.map(({ offset }) => offset))
}

async function untilTold({ warnings }: FaultyCluster): Promise<void> {
  await until(() => warnings.includes('Topic t was deleted and created again.'))
}

test.each(everyVersion)(
  'F16: what is on its way when the topic is created again goes to the new log, in order (%s)',
  async (names) => {
    await using faulty = await clusterThat(names)
    const { cluster } = faulty
    await faulty.send(0, ...values(10, 'old-'))
    const first = { times: 1 }
    cluster.intercept('Produce', () => recreate(cluster), first)
    const told = await faulty.send(0, ...values(20))
    expectInNewLog(faulty, values(20), told)
  },
)

test.each(everyVersion)(
  'F16: requests that the old log has taken without a word are in the new one, in order (%s)',
  async (names) => {
    await using faulty = await clusterThat(names)
    const { cluster } = faulty
    await faulty.send(0, ...values(10, 'old-'))
    let written = 0
    const remove = cluster.intercept('Produce', async (call) => {
      await call.serve()
      if (++written < 3) return null
      expect(cluster.records('t')).toHaveLength(13)
      remove()
      recreate(cluster)
      return call.close({ reset: true })
    })
    const told = await faulty.send(0, ...values(20))
    expectInNewLog(faulty, values(20), told)
  },
)

test.each(everyVersion)(
  'F16: a topic that stays away for a while has what was sent meanwhile (%s)',
  async (names) => {
    await using faulty = await clusterThat(names, { ...pipelined, allowAutoTopicCreation: false })
    const { cluster } = faulty
    const [broker] = cluster.brokers
    await faulty.send(0, ...values(10, 'old-'))
    cluster.deleteTopic('t')
    const before = broker!.requestCount('Produce')
    const sending = faulty.send(0, ...values(10))
    await until(() => broker!.requestCount('Produce') > before + 4)
    cluster.createTopic('t')
    expectInNewLog(faulty, values(10), await sending)
  },
)

test('F16: the new id is heard of while the old topic owes an answer: nothing overtakes what is on its way', async () => {
  await using faulty = await faultyCluster({
    ...pipelined,
    brokers: 2,
    partitions: 2,
    metadataMaxAgeMs: 30,
  })
  const { cluster } = faulty
  await faulty.send(0, ...values(10, 'old-'))
  // The broker that is asked for metadata while the other one owes an answer.
  await faulty.send(1, 'old')
  let release = (): void => {}
  const held = new Promise<void>((resolve) => (release = resolve))
  let waiting = 0
  cluster.intercept('Produce', () => {
    waiting++
    return held
  })
  const sending = faulty.send(0, ...values(20))
  await until(() => waiting > 0)
  recreate(cluster, 2)
  await untilTold(faulty)
  expect([waiting, cluster.records('t')]).toEqual([1, []])
  release()
  expectInNewLog(faulty, values(20), await sending)
})

test('F16: leader epochs begin at 0 again, and are believed', async () => {
  await using faulty = await faultyCluster({ brokers: 2 })
  const { cluster } = faulty
  for (const leader of [1, 0, 1, 0, 1]) {
    cluster.moveLeader('t', 0, leader)
    await faulty.send(0, 'old')
  }
  expect(cluster.topic('t')!.partitions[0]).toMatchObject({ leader: 1, leaderEpoch: 5 })
  recreate(cluster)
  expect(cluster.topic('t')!.partitions[0]).toMatchObject({ leader: 0, leaderEpoch: 0 })
  const told = await faulty.send(0, ...values(10))
  expectInNewLog(faulty, values(10), told)
})

test('F16: records of a partition that the new topic lacks are rejected, the others are in the log', async () => {
  await using faulty = await faultyCluster({ partitions: 3 })
  const { cluster } = faulty
  for (const partition of [0, 1, 2]) await faulty.send(partition, 'old')
  recreate(cluster, 2)
  const sends = [0, 1, 2].map((partition) => faulty.send(partition, 'new'))
  await expect(sends[2]).rejects.toMatchObject({
    code: 'TOPIC_RECREATED',
    persisted: 'no',
    topic: 't',
    partition: 2,
    message: expect.stringContaining('created again with 2 partitions'),
  })
  for (const partition of [0, 1])
    expectInNewLog(faulty, ['new'], (await sends[partition])!, partition)
  await expect(faulty.send(2, 'later')).rejects.toMatchObject({ code: 'INVALID_PARTITION' })
})

test('F16: a topic that does not come back costs deliveryTimeoutMs', async () => {
  const clock = producerClock()
  const timeouts = { requestTimeoutMs: 500, deliveryTimeoutMs: 500, allowAutoTopicCreation: false }
  await using faulty = await faultyCluster({ create: clock.create, ...timeouts })
  await faulty.send(0, 'old')
  faulty.cluster.deleteTopic('t')
  await expect(clock.passDuring(faulty.send(0, 'new'))).rejects.toMatchObject({
    code: 'DELIVERY_TIMEOUT',
    persisted: 'no',
    cause: { code: 'UNKNOWN_TOPIC_ID' },
  })
})

test.each(['by id', 'by name'] as const)(
  "F16: onTopicRecreated 'fail' rejects what was sent before, truly, and takes what is sent later (%s)",
  async (names) => {
    await using faulty = await clusterThat(names, {
      ...pipelined,
      onTopicRecreated: 'fail',
    })
    const { cluster } = faulty
    await faulty.send(0, ...values(10, 'old-'))
    // By name, the new topic would take what was on its way before the producer heard of it.
    const keepOut = produceError('UNKNOWN_TOPIC_OR_PARTITION')
    let taken = 0
    const remove = cluster.intercept('Produce', async (call) => {
      if (++taken > 1) return keepOut(call)
      await call.serve()
      recreate(cluster)
      return call.close({ reset: true })
    })
    const sends = values(20).map((value) => faulty.send(0, value))
    const ends = await Promise.allSettled(sends)
    remove()
    const fates = ends.map((end) => end.status === 'rejected' && end.reason)
    expect(fates[0]).toMatchObject({ code: 'TOPIC_RECREATED', persisted: 'possibly' })
    expect(fates.at(-1)).toMatchObject({ code: 'TOPIC_RECREATED', persisted: 'no' })
    expect(new Set(fates.map(({ code }) => code))).toEqual(new Set(['TOPIC_RECREATED']))
    const told = await faulty.send(0, ...values(10, 'new-'))
    expectInNewLog(faulty, values(10, 'new-'), told)
  },
)
