import { ByteReader, readBatchHeader } from '@sluice/protocol'
import { describe, expect, test } from 'vitest'
import { never, TransactionWorld } from '../transaction-world.js'

const versions = [1, 2] as const

describe.each(versions)('version %i', (version) => {
  test('each batch carries the transactional flag, the producer id and the epoch, and each request the transactional id', async () => {
    const world = await TransactionWorld.openWithRecord({ version })
    const [call] = world.network.calls
    const [batch] = call!.batches
    expect(call!.request.transactionalId).toBe('tx-1')
    expect(call!.request.acks).toBe(-1)
    const header = readBatchHeader(new ByteReader(batch!.bytes))
    expect(header).toMatchObject({ producerId: 7n, producerEpoch: 0, transactional: true })
  })

  test('nothing leaves before a transaction has begun, and what has waited leaves in it', async () => {
    const world = new TransactionWorld({ version })
    await world.initialize()
    const [sent] = await world.sendAll(0, ['early'])
    await world.advance(30_000)
    expect(world.network.calls).toEqual([])
    await world.begin()
    expect(sent!.settled).toBe(1)
    expect(world.network.calls).toHaveLength(1)
  })

  test('while a batch waits for a transaction the loop does not spin', async () => {
    const world = new TransactionWorld({ version })
    await world.initialize()
    await world.sendAll(0, ['early'])
    const { polls } = world.network
    await world.advance(60_000)
    expect(world.network.polls - polls).toBeLessThan(5)
  })

  test.each(['commit', 'abort'] as const)(
    'nothing leaves once the %s is under way, nor after it',
    async (end) => {
      const world = await TransactionWorld.openWithRecord({ version })
      world.answer('EndTxn', never)
      const ending = await world[end]()
      await world.sendAll(0, ['late'])
      await world.sendAll(1, ['later'])
      await world.advance(1_000)
      world.ok(world.held('EndTxn'))
      await world.advance(1_000)
      expect(ending.code).toBe('resolved')
      await world.sendAll(0, ['too late'])
      expect(world.requests()).toEqual([`EndTxn 7/0 ${end}`])
    },
  )

  test.each(['commit', 'abort'] as const)(
    'the %s of an empty transaction sends nothing',
    async (end) => {
      const world = await TransactionWorld.open({ version })
      expect((await world[end]()).code).toBe('resolved')
      expect((await world.begin()).code).toBe('resolved')
      expect(world.requests()).toEqual([])
    },
  )

  test('a transaction whose only batch was never sent is empty', async () => {
    const world = await TransactionWorld.open({ version })
    world.network.mute(1, true)
    const [sent] = await world.sendAll(0, ['never sent'])
    expect((await world.abort()).code).toBe('resolved')
    expect(sent!.error?.code).toBe('ABORTED')
    expect(world.requests()).toEqual([])
  })

  test('a transaction all of whose batches have failed is aborted on the broker, and cannot commit', async () => {
    const world = await TransactionWorld.open({ version })
    world.answer('Produce', (call) => call.refuse('INVALID_RECORD'))
    await world.sendAll(0, ['refused'])
    world.requests()
    expect((await world.commit()).error).toMatchObject({
      code: 'TRANSACTION_ABORTABLE',
      abortable: true,
      persisted: 'no',
      cause: { code: 'INVALID_RECORD' },
    })
    expect(world.requests()).toEqual([])
    expect((await world.abort()).code).toBe('resolved')
    const renewed = version === 1 ? ['DescribeTransactions tx-1', 'InitProducerId 7/0'] : []
    expect(world.requests()).toEqual(['EndTxn 7/0 abort', ...renewed])
  })

  test.each(['commit', 'abort'] as const)(
    '%s is refused where no transaction is open',
    async (end) => {
      const world = new TransactionWorld({ version })
      expect((await world[end]()).code).toBe('ILLEGAL_STATE')
      await world.initialize()
      expect((await world[end]()).code).toBe('ILLEGAL_STATE')
      await world.begin()
      await world.commit()
      expect((await world[end]()).code).toBe('ILLEGAL_STATE')
    },
  )

  test('offsets are refused where no transaction is open', async () => {
    const world = new TransactionWorld({ version })
    expect((await world.sendOffsets()).code).toBe('ILLEGAL_STATE')
    await world.begin()
    await world.commit()
    expect((await world.sendOffsets()).code).toBe('ILLEGAL_STATE')
  })
})

test('a transaction is not begun while one is open', async () => {
  const world = await TransactionWorld.open()
  expect((await world.begin()).code).toBe('ILLEGAL_STATE')
  await world.commit()
  expect((await world.begin()).code).toBe('resolved')
})

test('of two calls that begin a transaction at once one is refused', async () => {
  const world = new TransactionWorld()
  world.answer('InitProducerId', never)
  const calls = [await world.begin(), await world.begin()]
  world.ok(world.held('InitProducerId'))
  await world.settle()
  expect(calls.map(({ code }) => code).toSorted()).toEqual(['ILLEGAL_STATE', 'resolved'])
})

test('a transaction that is begun while the one before ends waits for that end', async () => {
  const world = await TransactionWorld.openWithRecord()
  world.answer('EndTxn', never)
  const commit = await world.commit()
  const begun = await world.begin()
  expect(begun.state).toBe('pending')
  world.held('EndTxn').ok()
  await world.settle()
  expect([commit.state, begun.state]).toEqual(['resolved', 'resolved'])
})

test('a transaction that is begun where the one before has failed aborts that first', async () => {
  const world = await TransactionWorld.openWithRecord()
  world.answer('Produce', (call) => call.refuse('INVALID_RECORD'))
  await world.sendAll(0, ['refused'])
  world.requests()
  expect((await world.begin()).code).toBe('resolved')
  expect(world.requests()).toEqual([
    'EndTxn 7/0 abort',
    'DescribeTransactions tx-1',
    'InitProducerId 7/0',
  ])
})

test('batches in flight are waited for before the coordinator is asked what has become of the transaction', async () => {
  const world = await TransactionWorld.openWithRecord()
  world.answer('Produce', never)
  await world.sendAll(0, ['in flight'])
  world.answer('AddOffsetsToTxn', (call) => call.refuse('INVALID_TXN_STATE'))
  const offsets = await world.sendOffsets()
  await world.advance(1_000)
  expect(world.requests()).toEqual(['Produce 7/0 0#1', 'AddOffsetsToTxn 7/0 readers'])
  world.call().ok()
  await world.settle()
  expect(world.requests()).toEqual(['EndTxn 7/0 abort'])
  expect(offsets.code).toBe('TRANSACTION_ABORTABLE')
})
