import { describe, expect, test } from 'vitest'
import { failureOf, transactionalCluster } from './transactional-cluster.js'

const record = (value: string, partition = 0) => ({ topic: 't', partition, value })

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
    cluster.finalizeFeature('transaction.version', level)
    for (const broker of cluster.brokers) {
      await broker.stop()
      await broker.start()
    }
    await commit(`${level}`)
    await commit(`${level} again`)
  }
  expect(world.committed()).toEqual(values)
  const versions = produced.map((version) => (version < 12 ? 1 : 2))
  // The first transaction after a restart may begin before anything is connected again.
  expect([0, 2, 4, 6].map((at) => versions[at])).toEqual([1, 2, 1, 2])
})
