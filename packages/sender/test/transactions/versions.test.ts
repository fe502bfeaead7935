import { describe, expect, test } from 'vitest'
import { never, TransactionWorld } from '../transaction-world.js'

// F32: a producer that is started again fences the one before.
test('the first request of a producer is for its coordinator, and the second one fences an earlier producer', async () => {
  const world = new TransactionWorld({ transactionTimeoutMs: 40_000 })
  expect((await world.initialize()).code).toBe('resolved')
  expect(world.requests()).toEqual(['FindCoordinator transaction tx-1', 'InitProducerId -1/-1'])
  expect(world.last('InitProducerId')).toMatchObject({
    node: 2,
    request: { transactionalId: 'tx-1', transactionTimeoutMs: 40_000 },
  })
})

test('a producer that is initialized asks for no producer id again, neither by another call nor with its first transaction', async () => {
  const world = new TransactionWorld()
  await world.initialize()
  world.requests()
  expect((await world.initialize()).code).toBe('resolved')
  expect((await world.begin()).code).toBe('resolved')
  expect(world.requests()).toEqual([])
})

test('calls that come while the producer is initialized share its end', async () => {
  const world = new TransactionWorld()
  world.answer('InitProducerId', never)
  const calls = [await world.initialize(), await world.initialize()]
  expect(calls.map(({ state }) => state)).toEqual(['pending', 'pending'])
  world.ok(world.held('InitProducerId'))
  await world.settle()
  expect(calls.map(({ state }) => state)).toEqual(['resolved', 'resolved'])
  expect(world.requests()).toHaveLength(2)
})

describe('version 1', () => {
  test('a transaction of one record takes three requests', async () => {
    const world = await TransactionWorld.open()
    const [sent] = await world.sendAll(0, ['a'])
    expect(sent).toMatchObject({ settled: 1, error: null })
    expect((await world.commit()).code).toBe('resolved')
    expect(world.requests()).toEqual([
      'AddPartitionsToTxn 7/0 orders 0',
      'Produce 7/0 0#0',
      'EndTxn 7/0 commit',
    ])
  })

  test('a batch waits until the coordinator has added its partition', async () => {
    const world = await TransactionWorld.open()
    world.answer('AddPartitionsToTxn', never)
    await world.sendAll(0, ['a'])
    await world.advance(10_000)
    expect(world.requests()).toEqual(['AddPartitionsToTxn 7/0 orders 0'])
    world.held('AddPartitionsToTxn').ok()
    await world.settle()
    expect(world.requests()).toEqual(['Produce 7/0 0#0'])
  })

  test('partitions that are wanted in one turn share a request, and those wanted meanwhile go in the next', async () => {
    const node1 = { node: 1, epoch: 5 }
    const world = await TransactionWorld.open({ leaders: [node1, node1, node1, node1] })
    world.answer('AddPartitionsToTxn', never)
    world.send(0, 'a')
    world.send(1, 'b')
    await world.settle()
    await world.sendAll(2, ['c'])
    await world.sendAll(3, ['d'])
    expect(world.requests()).toEqual(['AddPartitionsToTxn 7/0 orders 0,1'])
    world.held('AddPartitionsToTxn').ok()
    await world.settle()
    expect(world.requests()).toEqual([
      'Produce 7/0 0#0 1#0',
      'AddPartitionsToTxn 7/0 orders 2,3',
      'Produce 7/0 2#0 3#0',
    ])
  })

  test('a partition is added once in a transaction, and again in the next', async () => {
    const world = await TransactionWorld.openWithRecord()
    await world.sendAll(0, ['b', 'c'])
    await world.commit()
    await world.oneMore()
    expect(world.requests().filter((line) => line.startsWith('Add'))).toEqual([
      'AddPartitionsToTxn 7/0 orders 0',
    ])
  })

  test('one epoch and its sequences go on over transactions, whether they commit or abort', async () => {
    const world = await TransactionWorld.openWithRecord()
    await world.commit()
    await world.begin()
    await world.sendAll(0, ['second'])
    await world.abort()
    await world.oneMore()
    expect(world.requests().filter((line) => line.startsWith('Produce'))).toEqual([
      'Produce 7/0 0#1',
      'Produce 7/0 0#2',
    ])
  })

  test('no request has a version that only transactions of version 2 may use', async () => {
    const world = await TransactionWorld.openWithRecord()
    await world.sendOffsets()
    await world.commit()
    expect(world.network.calls.map(({ version }) => version)).toEqual([11])
    expect(world.last('TxnOffsetCommit').version).toBe(4)
    expect(world.last('EndTxn').version).toBe(4)
    expect(world.last('AddPartitionsToTxn').version).toBe(3)
    expect(world.last('AddOffsetsToTxn').version).toBe(4)
  })
})

describe('version 2', () => {
  test('a transaction of one record takes two requests', async () => {
    const world = await TransactionWorld.open({ version: 2 })
    await world.sendAll(0, ['a'])
    expect((await world.commit()).code).toBe('resolved')
    expect(world.requests()).toEqual(['Produce 7/0 0#0', 'EndTxn 7/0 commit'])
  })

  test('partitions and groups are not added by requests of their own, and each request has the version that adds them', async () => {
    const world = await TransactionWorld.openWithRecord({ version: 2 })
    await world.sendOffsets()
    await world.commit()
    expect(world.requests().filter((line) => line.startsWith('Add'))).toEqual([])
    expect(world.network.calls.map(({ version }) => version)).toEqual([13])
    expect(world.last('TxnOffsetCommit').version).toBe(5)
    expect(world.last('EndTxn').version).toBe(5)
  })

  test('topics without an id go by their name in version 12, which adds their partitions as well', async () => {
    const world = await TransactionWorld.open({ version: 2 })
    world.network.metadata.setTopic('old-orders', [{ node: 1, epoch: 1 }])
    world.send(0, 'a', 'old-orders')
    await world.settle()
    expect(world.network.calls.map(({ version }) => version)).toEqual([12])
  })

  test.each(['commit', 'abort'] as const)(
    'after each %s the epoch of the answer is adopted, and all sequences begin at 0',
    async (end) => {
      const world = await TransactionWorld.openWithRecord({ version: 2 })
      await world.sendAll(1, ['second', 'third'])
      await world[end]()
      await world.begin()
      await world.sendAll(0, ['fourth'])
      await world.sendAll(1, ['fifth'])
      expect(world.requests()).toEqual([
        'Produce 7/0 1#0',
        'Produce 7/0 1#1',
        `EndTxn 7/0 ${end}`,
        'Produce 7/1 0#0',
        'Produce 7/1 1#0',
      ])
    },
  )

  test('an answer without another epoch lets the one there is go on', async () => {
    const world = await TransactionWorld.openWithRecord({ version: 2 })
    world.answer('EndTxn', (call) => call.ok())
    await world.commit()
    await world.oneMore()
    expect(world.requests()).toEqual(['EndTxn 7/0 commit', 'Produce 7/0 0#1', 'EndTxn 7/0 commit'])
  })
})

describe('a version that changes', () => {
  test('from 1 to 2 in mid-transaction counts from the next one on, which begins with another epoch', async () => {
    const world = await TransactionWorld.openWithRecord()
    world.clusterVersion = 2
    await world.sendAll(1, ['second'])
    await world.sendOffsets()
    await world.commit()
    await world.oneMore()
    expect(world.requestsBut('FindCoordinator')).toEqual([
      'AddPartitionsToTxn 7/0 orders 1',
      'Produce 7/0 1#0',
      'AddOffsetsToTxn 7/0 readers',
      'TxnOffsetCommit 7/0 readers',
      'EndTxn 7/0 commit',
      'DescribeTransactions tx-1',
      'InitProducerId 7/0',
      'Produce 7/1 0#0',
      'EndTxn 7/1 commit',
    ])
    const versions = world.network.coordinatorCalls.filter(({ api }) => api === 'EndTxn')
    expect(versions.map(({ version }) => version)).toEqual([4, 5])
    expect(world.network.calls.map(({ version }) => version)).toEqual([11, 11, 13])
  })

  test('from 2 to 1 in mid-transaction counts from the next one on, under the epoch that the end has brought', async () => {
    const world = await TransactionWorld.openWithRecord({ version: 2 })
    world.clusterVersion = 1
    await world.sendAll(1, ['second'])
    await world.commit()
    await world.oneMore()
    expect(world.requests()).toEqual([
      'Produce 7/0 1#0',
      'EndTxn 7/0 commit',
      'AddPartitionsToTxn 7/1 orders 0',
      'Produce 7/1 0#0',
      'EndTxn 7/1 commit',
    ])
    expect(world.network.calls.map(({ version }) => version)).toEqual([13, 13, 11])
  })

  test.each([
    [1, 2],
    [2, 1],
  ] as const)(
    'from %i to %i between two transactions asks for another epoch first',
    async (from, to) => {
      const world = await TransactionWorld.open({ version: from })
      await world.commit()
      world.clusterVersion = to
      await world.begin()
      expect(world.requests()).toEqual(['DescribeTransactions tx-1', 'InitProducerId 7/0'])
      await world.commit()
      await world.begin()
      expect(world.requests()).toEqual([])
    },
  )
})
