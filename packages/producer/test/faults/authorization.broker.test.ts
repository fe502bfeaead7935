import { type EmbeddedAnswer, produceError } from '@sluice/embedded-broker'
import { expect, test } from 'vitest'
import { values } from './faulty-cluster.js'
import { expectHonest, observedCluster, type ObservedCluster } from './observed-cluster.js'

const topics = { t: { partitions: 2 }, secret: { partitions: 1 } }
const forbidden = 29

/** Takes the rights to see and to write `secret` away. Returns a function that gives them back. */
function forbid({ cluster }: ObservedCluster): () => void {
  const showing = cluster.intercept('Metadata', async ({ serve }) => {
    const answer = (await serve()) as EmbeddedAnswer<'Metadata'>
    const named = answer.topics.map((topic) =>
      topic.name === 'secret' ? { ...topic, errorCode: forbidden, partitions: [] } : topic,
    )
    return { ...answer, topics: named }
  })
  const writing = cluster.intercept(
    'Produce',
    produceError('TOPIC_AUTHORIZATION_FAILED', { topic: 'secret' }),
  )
  return () => {
    showing()
    writing()
  }
}

const secret = (value: string) => ({ topic: 'secret', value })

test('F26: a topic that may not be written any more fails at once, others go on, and it works again without a restart', async () => {
  await using observed = await observedCluster({ cluster: { topics }, batchRecords: 1 })
  await Promise.all([observed.sendRecords([secret('a')]), observed.send(0, 'a')])
  const allow = forbid(observed)
  const [refused] = await Promise.all([
    observed.sendRecords(values(5, 'b').map(secret)),
    observed.send(0, ...values(5, 'b')),
    observed.send(1, ...values(5, 'other ')),
  ])
  for (const { error } of refused)
    expect(error).toMatchObject({
      code: 'TOPIC_AUTHORIZATION_FAILED',
      topic: 'secret',
      partition: 0,
      persisted: 'no',
      attempts: 1,
      broker: 0,
    })
  allow()
  await observed.sendRecords(values(5, 'c').map(secret))
  expectHonest(observed)
  expect(observed.sent.filter(({ error }) => error !== null)).toEqual(refused)
})

test('F26: a topic that may not even be seen fails at once, without a request to its leader', async () => {
  await using observed = await observedCluster({
    batchRecords: 1,
    cluster: { topics },
    retryBackoffMaxMs: 10,
  })
  await observed.send(0, 'a')
  const allow = forbid(observed)
  const [refused] = await observed.sendRecords([secret('a')])
  expect(refused!.error).toMatchObject({
    code: 'TOPIC_AUTHORIZATION_FAILED',
    topic: 'secret',
    persisted: 'no',
  })
  expect(observed.batches.map(({ topic }) => topic)).not.toContain('secret')
  await observed.send(0, 'b')
  allow()
  // Each that is refused asks the cluster again, though not more often than every retryBackoffMaxMs.
  for (let tries = 0, allowed = false; !allowed; tries++) {
    const [sent] = await observed.sendRecords([secret(`b${tries}`)])
    allowed = sent!.error === null
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  expectHonest(observed)
})

function forbidIds({ cluster }: ObservedCluster): () => void {
  return cluster.intercept('InitProducerId', async ({ serve }) => {
    const answer = (await serve()) as EmbeddedAnswer<'InitProducerId'>
    return { ...answer, errorCode: 31, producerId: -1n, producerEpoch: -1 }
  })
}

test('F26: a producer that may not write idempotently fails at once, and sends as soon as that is granted', async () => {
  await using observed = await observedCluster()
  const grant = forbidIds(observed)
  const [refused] = await observed.send(0, 'a')
  expect(refused!.error).toMatchObject({
    code: 'CLUSTER_AUTHORIZATION_FAILED',
    fatal: false,
    persisted: 'no',
    attempts: 0,
    topic: 't',
  })
  expect(observed.batches).toEqual([])
  grant()
  const [sent] = await observed.send(0, 'b')
  expect(sent!.metadata).toMatchObject({ offset: 0n })
  expectHonest(observed)
})

test('F26: a producer that may not write idempotently any more fails where another producer id is needed, and nowhere else', async () => {
  await using observed = await observedCluster({ batchRecords: 1 })
  await observed.send(0, 'a')
  await observed.send(1, 'other a')
  const grant = forbidIds(observed)
  observed.faults.push(produceError('INVALID_PRODUCER_EPOCH', { partition: 0 }))
  const [[refused]] = await Promise.all([
    observed.send(0, 'b'),
    observed.send(1, ...values(50, 'other ')),
  ])
  expect(refused!.error).toMatchObject({
    code: 'CLUSTER_AUTHORIZATION_FAILED',
    persisted: 'no',
    attempts: 1,
    broker: 0,
  })
  grant()
  await observed.send(0, 'c')
  expectHonest(observed)
  expect(observed.sent.filter(({ error }) => error !== null)).toEqual([refused])
})

test('F26: a broker that refuses all writes fails the partitions that it leads, and nothing else', async () => {
  await using observed = await observedCluster({ cluster: { brokers: 2, topics } })
  await observed.send(0, 'a')
  await observed.send(1, 'other a')
  const grant = observed.cluster.intercept(
    'Produce',
    produceError('CLUSTER_AUTHORIZATION_FAILED'),
    {
      broker: 1,
    },
  )
  const [refused] = await observed.send(1, 'other b')
  expect(refused!.error).toMatchObject({
    code: 'CLUSTER_AUTHORIZATION_FAILED',
    persisted: 'no',
    attempts: 1,
    broker: 1,
  })
  await observed.send(0, 'b')
  grant()
  await observed.send(1, 'other c')
  expectHonest(observed)
  expect(observed.sent.filter(({ error }) => error !== null)).toEqual([refused])
})
