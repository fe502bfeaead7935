import { describe, expect, test } from 'vitest'
import { TransactionWorld } from '../transaction-world.js'

// F34: the epochs of a producer id come to their end.
describe('the last epoch of a producer id', () => {
  test('is followed by another id where InitProducerId gives that', async () => {
    const world = new TransactionWorld()
    world.next = { id: 7n, epoch: 32_766 }
    await world.begin()
    await world.sendAll(0, ['a'])
    world.answer('Produce', (call) => call.refuse('INVALID_RECORD'))
    await world.sendAll(0, ['refused'])
    world.requests()
    world.answer('InitProducerId', (call) => call.ok({ producerId: 8n, producerEpoch: 0 }))
    await world.abort()
    await world.oneMore()
    expect(world.requests()).toEqual([
      'EndTxn 7/32766 abort',
      'DescribeTransactions tx-1',
      'InitProducerId 7/32766',
      'AddPartitionsToTxn 8/0 orders 0',
      'Produce 8/0 0#0',
      'EndTxn 8/0 commit',
    ])
  })

  test('is followed by another id where the end of a transaction gives that', async () => {
    const world = new TransactionWorld({ version: 2 })
    world.next = { id: 7n, epoch: 32_766 }
    await world.begin()
    await world.sendAll(0, ['a'])
    world.answer('EndTxn', (call) => call.ok({ producerId: 8n, producerEpoch: 0 }))
    await world.commit()
    await world.oneMore()
    expect(world.requests().slice(2)).toEqual([
      'Produce 7/32766 0#0',
      'EndTxn 7/32766 commit',
      'Produce 8/0 0#0',
      'EndTxn 8/0 commit',
    ])
  })

  test('is fenced by the coordinator with an epoch that is the last of all, from which it gives another id', async () => {
    const world = new TransactionWorld({ transactionTimeoutMs: 5_000 })
    world.next = { id: 7n, epoch: 32_766 }
    await world.begin()
    await world.sendAll(0, ['a'])
    await world.advance(6_000)
    world.requests()
    world.answer('EndTxn', (call) => call.refuse('INVALID_PRODUCER_EPOCH'))
    world.passTo('CompleteAbort')
    world.answer('InitProducerId', (call) => call.ok({ producerId: 8n, producerEpoch: 0 }))
    expect((await world.abort()).code).toBe('resolved')
    expect(world.requests()).toEqual([
      'EndTxn 7/32766 abort',
      'DescribeTransactions tx-1',
      'InitProducerId 7/32767',
    ])
    const [sent] = await world.oneMore()
    expect(sent.error).toBeNull()
  })

  test('that a broker gives although there is none behind it is not fenced by an epoch that no request can hold', async () => {
    const world = new TransactionWorld({ transactionTimeoutMs: 5_000 })
    world.next = { id: 7n, epoch: 32_767 }
    await world.begin()
    await world.sendAll(0, ['a'])
    await world.advance(6_000)
    world.requests()
    world.transactionState = 'CompleteAbort'
    world.answer('EndTxn', (call) => call.refuse('INVALID_PRODUCER_EPOCH'))
    expect((await world.abort()).code).toBe('PRODUCER_FENCED')
    expect(world.requests()).toEqual(['EndTxn 7/32767 abort', 'DescribeTransactions tx-1'])
  })
})

test('an InitProducerId that gives no producer id is asked again', async () => {
  const world = new TransactionWorld()
  world.answer(
    'InitProducerId',
    (call) => call.ok({ producerId: -1n, producerEpoch: 0 }),
    (call) => call.ok({ producerId: 7n, producerEpoch: -1 }),
  )
  const ready = await world.initialize()
  expect(ready.state).toBe('pending')
  await world.advance(400)
  expect(ready.code).toBe('resolved')
})

test.each([
  { producerId: -1n, producerEpoch: 5 },
  { producerId: 7n, producerEpoch: -1 },
])(
  'an end of version 2 that gives half a producer id leaves the one there is: %o',
  async (given) => {
    const world = await TransactionWorld.openWithRecord({ version: 2 })
    world.answer('EndTxn', (call) => call.ok(given))
    await world.commit()
    world.requests()
    await world.oneMore()
    expect(world.requests()[0]).toBe('Produce 7/0 0#1')
  },
)

/** The metadata lacks the topic for longer than a minute, and has it again. */
async function loseTopic(world: TransactionWorld, minutes = 1): Promise<void> {
  const { network } = world
  const node1 = { node: 1, epoch: 5 }
  network.metadata.forget('orders')
  network.changed()
  for (let minute = 0; minute < minutes; minute++) {
    await world.advance(60_001)
    network.metadata.setTopic(`other-${minute}`, [node1])
    network.changed()
    await world.advance(1)
  }
  network.metadata.setTopic('orders', [node1, node1])
  network.changed()
  await world.advance(1_000)
  world.requests()
}

test.each([1, 3])(
  'a topic that was gone for %i minutes and comes back has its sequences begin under another epoch',
  async (minutes) => {
    const world = await TransactionWorld.openWithRecord()
    await world.commit()
    await loseTopic(world, minutes)
    await world.oneMore()
    expect(world.requests()).toEqual([
      'DescribeTransactions tx-1',
      'InitProducerId 7/0',
      'AddPartitionsToTxn 7/1 orders 0',
      'Produce 7/1 0#0',
      'EndTxn 7/1 commit',
    ])
  },
)

test('a topic that comes back within a transaction has its sequences go on, for the epoch goes on', async () => {
  const world = await TransactionWorld.openWithRecord({ transactionTimeoutMs: 600_000 })
  await loseTopic(world)
  await world.sendAll(0, ['again'])
  expect(world.requests()).toEqual(['Produce 7/0 0#1'])
  await world.commit()
  await world.oneMore()
  expect(world.requests()).toContain('Produce 7/1 0#0')
})
