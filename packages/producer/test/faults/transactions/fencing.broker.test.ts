import { produceError } from '@sluice/embedded-broker'
import { brokerErrors } from '@sluice/protocol'
import { describe, expect, test } from 'vitest'
import {
  failureOf,
  type TransactionalCluster,
  transactionalCluster,
} from './transactional-cluster.js'

const record = (value: string, partition = 0) => ({ topic: 't', partition, value })

/** Clients see the new level when they connect again. */
async function finalize({ cluster }: TransactionalCluster, level: number): Promise<void> {
  cluster.finalizeFeature('transaction.version', level)
  for (const broker of cluster.brokers) {
    await broker.stop()
    await broker.start()
  }
}

describe.each([1, 2])('with transaction.version %d', (level) => {
  test('F32: a producer that is started again aborts what the one before left open, and fences it', async () => {
    await using world = await transactionalCluster({ level })
    const zombie = await world.producer.beginTransaction()
    await zombie.send(record('lost'))
    const producer = world.another()
    await producer.connect()
    await producer.transact((transaction) => transaction.send(record('a')))
    expect(world.committed()).toEqual(['a'])
    const failure = await failureOf(zombie.send(record('zombie', 1)))
    expect(failure.persisted).toBe('no')
    const fenced = await failureOf(zombie.abort())
    expect(fenced.code).toBe('PRODUCER_FENCED')
    expect(fenced.fatal).toBe(true)
    expect(fenced.message).toMatch(/transactionalId id/)
    expect(world.committed()).toEqual(['a'])
  })

  test.each(['commit', 'abort'] as const)(
    'F32: a zombie hears at %s that it is fenced, and so does everything it is asked afterwards',
    async (end) => {
      await using world = await transactionalCluster({ level })
      const zombie = await world.producer.beginTransaction()
      await zombie.send(record('lost'))
      await world.another().connect()
      expect(await failureOf(zombie[end]())).toMatchObject({ code: 'PRODUCER_FENCED' })
      const calls = [
        () => world.producer.beginTransaction(),
        () => world.producer.transact(async () => {}),
        () => world.producer.connect(),
      ]
      for (const call of calls)
        expect(await failureOf(call())).toMatchObject({ code: 'PRODUCER_FENCED' })
    },
  )

  test('F32: a zombie that had no transaction open does not disturb the one that is open now', async () => {
    await using world = await transactionalCluster({ level })
    await world.producer.connect()
    const producer = world.another()
    const transaction = await producer.beginTransaction()
    await transaction.send(record('a'))
    const zombie = await world.producer.beginTransaction()
    await failureOf(zombie.send(record('zombie')))
    expect(await failureOf(zombie.abort())).toMatchObject({ code: 'PRODUCER_FENCED' })
    await transaction.send(record('b', 1))
    await transaction.commit()
    await producer.transact((next) => next.send(record('c')))
    expect(world.committed()).toEqual(['a', 'c', 'b'])
  })

  test('F32: a zombie whose transaction was open does not disturb the one that is open now', async () => {
    await using world = await transactionalCluster({ level })
    const zombie = await world.producer.beginTransaction()
    await zombie.send(record('lost'))
    const producer = world.another()
    const transaction = await producer.beginTransaction()
    await transaction.send(record('a'))
    expect(await failureOf(zombie.commit())).toMatchObject({
      code: 'PRODUCER_FENCED',
      persisted: 'no',
    })
    await transaction.send(record('b', 1))
    await transaction.commit()
    expect(world.committed()).toEqual(['a', 'b'])
  })

  test('F32: a zombie that had no transaction open does not fence the one that has aborted its last', async () => {
    await using world = await transactionalCluster({ level })
    await world.producer.connect()
    const producer = world.another()
    const aborted = await producer.beginTransaction()
    await aborted.send(record('aborted'))
    await aborted.abort()
    const zombie = await world.producer.beginTransaction()
    await failureOf(zombie.send(record('zombie')))
    expect(await failureOf(zombie.abort())).toMatchObject({ code: 'PRODUCER_FENCED' })
    await producer.transact((next) => next.send(record('a')))
    expect(world.committed()).toEqual(['a'])
  })

  test('a fenced producer does not start itself again in transact', async () => {
    await using world = await transactionalCluster({ level })
    await world.producer.connect()
    const producer = world.another()
    await producer.connect()
    let begun = 0
    for (let attempt = 0; attempt < 3; attempt++) {
      const sent = world.producer.transact(async (transaction) => {
        begun++
        await transaction.send(record('zombie'))
      })
      await failureOf(sent)
    }
    expect(begun).toBe(1)
    await producer.transact((transaction) => transaction.send(record('a')))
    expect(world.committed()).toEqual(['a'])
  })

  test('F34: the epochs of a producer id end, and the transactions go on under another id', async () => {
    await using world = await transactionalCluster({ level })
    const { cluster, producer } = world
    await producer.connect()
    const before = cluster.transaction('id')!
    cluster.setProducerEpoch('id', 32_764)
    const successor = world.another()
    const expected: string[] = []
    for (let number = 0; number < 6; number++) {
      const transaction = await successor.beginTransaction()
      await transaction.send(record(`${number}`))
      if (number % 2 === 1) await transaction.abort()
      else {
        await transaction.commit()
        expected.push(`${number}`)
      }
    }
    expect(world.committed()).toEqual(expected)
    if (level === 2) expect(cluster.transaction('id')!.producerId).not.toBe(before.producerId)
  })
})

test('the version of transactions that the cluster finalizes in mid-life counts from the next connection on', async () => {
  await using world = await transactionalCluster({ level: 1 })
  const { cluster, producer } = world
  const produced: number[] = []
  cluster.intercept('Produce', ({ version }) => void produced.push(version))
  const values: string[] = []
  const commit = async (value: string): Promise<void> => {
    values.push(value)
    await producer.transact((transaction) => transaction.send(record(value)))
  }
  await commit('a')
  for (const level of [2, 1, 2]) {
    await finalize(world, level)
    await commit(`${level}`)
    await commit(`${level} again`)
  }
  expect(world.committed()).toEqual(values)
  const versions = produced.map((version) => (version < 12 ? 1 : 2))
  // The first transaction after a restart may begin before anything is connected again.
  expect([0, 2, 4, 6].map((at) => versions[at])).toEqual([1, 2, 1, 2])
})

test.each([
  [1, 2],
  [2, 1],
])(
  'F32: a zombie that learns of other transactions (from version %d to %d) does not abort what is open now when it begins',
  async (before, after) => {
    await using world = await transactionalCluster({ level: before })
    await world.producer.transact((transaction) => transaction.send(record('first', 2)))
    await finalize(world, after)
    world.cluster.createTopic('new', { partitions: 1 })
    // Which takes a connection, so that it learns of the new level; it has no reason to ask for an epoch yet.
    await world.producer.partitionsFor('new')
    const successor = world.another()
    const transaction = await successor.beginTransaction()
    await transaction.send(record('a'))
    expect(await failureOf(world.producer.beginTransaction())).toMatchObject({
      code: 'PRODUCER_FENCED',
      fatal: true,
    })
    await transaction.send(record('b', 1))
    await transaction.commit()
    expect(world.committed()).toEqual(['a', 'b', 'first'])
  },
)

test('F32: a zombie whose epoch is spent does not abort what is open now when it begins', async () => {
  await using world = await transactionalCluster({ level: 1 })
  const { cluster, producer: zombie } = world
  const transaction = await zombie.beginTransaction()
  cluster.intercept('Produce', produceError('INVALID_RECORD'), { times: 1 })
  await failureOf(transaction.send(record('refused')))
  const refused = {
    throttleTimeMs: 0,
    errorCode: brokerErrors.INVALID_REQUEST[0],
    producerId: -1n,
    producerEpoch: -1,
  }
  cluster.intercept('InitProducerId', () => refused, { times: 1 })
  await transaction.abort()
  const successor = world.another()
  const open = await successor.beginTransaction()
  await open.send(record('a'))
  expect(await failureOf(zombie.beginTransaction())).toMatchObject({ code: 'PRODUCER_FENCED' })
  await open.send(record('b', 1))
  await open.commit()
  await successor.transact((next) => next.send(record('c', 2)))
  expect(world.committed()).toEqual(['a', 'b', 'c'])
})
