import { describe, expect, test } from 'vitest'
import { never, TransactionWorld } from '../transaction-world.js'
import { lost, refused } from './replies.js'

describe.each([1, 2] as const)('version %i', (version) => {
  /** Where the epoch is spent: under version 2 the end itself has brought another. */
  const renewed = version === 1 ? ['DescribeTransactions tx-1', 'InitProducerId 7/0'] : []

  test('batches in flight are waited for, and only then the transaction is ended', async () => {
    const world = await TransactionWorld.openWithRecord({ version })
    world.answer('Produce', never)
    const [sent] = await world.sendAll(0, ['in flight'])
    const abort = await world.abort()
    await world.advance(20_000)
    expect(world.requests()).toEqual(['Produce 7/0 0#1'])
    world.call().ok(5n)
    await world.settle()
    expect(sent).toMatchObject({ offset: 5n, error: null })
    expect(abort.code).toBe('resolved')
    expect(world.requests()).toEqual(['EndTxn 7/0 abort'])
  })

  test('a batch in flight is waited for although its caller was told already that its time is over', async () => {
    const world = await TransactionWorld.openWithRecord({ version, deliveryTimeoutMs: 5_000 })
    world.answer('Produce', never)
    const [sent] = await world.sendAll(0, ['in flight'])
    await world.advance(5_000)
    expect(sent!.error?.code).toBe('DELIVERY_TIMEOUT')
    const abort = await world.abort()
    await world.advance(5_000)
    expect(world.requests()).toEqual(['Produce 7/0 0#1'])
    world.network.down(1)
    await world.settle()
    expect(abort.code).toBe('resolved')
    expect(world.requests()).toEqual(['EndTxn 7/0 abort', ...renewed])
  })

  test('a batch that is to be sent again is not, once the abort is wanted', async () => {
    const world = await TransactionWorld.openWithRecord({ version })
    world.answer('Produce', (call) => call.refuse('NOT_ENOUGH_REPLICAS'))
    const [sent] = await world.sendAll(0, ['again'])
    expect(sent!.settled).toBe(0)
    expect((await world.abort()).code).toBe('resolved')
    await world.advance(1_000)
    expect(sent!.error).toMatchObject({ code: 'ABORTED', persisted: 'no' })
    expect(world.requests()).toEqual(['Produce 7/0 0#1', 'EndTxn 7/0 abort', ...renewed])
  })

  test('queued batches fail in order once the abort is certain, and are surely not in the log', async () => {
    const world = await TransactionWorld.openWithRecord({ version })
    world.network.mute(1, true)
    for (const [partition, value] of [
      [0, 'a'],
      [1, 'b'],
      [0, 'c'],
    ] as const)
      world.send(partition, value)
    world.answer('EndTxn', lost, never)
    const abort = await world.abort()
    await world.advance(200)
    expect(world.settled.map(({ value }) => value)).toEqual(['first'])
    await world.sendAll(1, ['d'])
    world.ok(world.held('EndTxn'))
    await world.settle()
    expect(abort.code).toBe('resolved')
    const failed = world.settled.slice(1)
    expect(failed.map(({ value }) => value)).toEqual(['a', 'b', 'c', 'd'])
    for (const { error } of failed)
      expect(error).toMatchObject({
        code: 'ABORTED',
        message: 'ABORTED: not sent: the transaction was aborted',
        persisted: 'no',
      })
  })

  test('a batch that was still open fails, too, and does not go with the next transaction', async () => {
    const world = await TransactionWorld.open({ version, batchRecords: 2 })
    world.network.mute(1, true)
    const [open] = await world.sendAll(0, ['open'])
    expect((await world.abort()).code).toBe('resolved')
    expect(open!.error).toMatchObject({ code: 'ABORTED', persisted: 'no' })
    world.network.mute(1, false)
    await world.begin()
    await world.advance(1_000)
    expect(world.network.calls).toEqual([])
  })

  test('records that get their memory only from batches that the abort fails, fail too', async () => {
    const world = await TransactionWorld.openWithRecord({ version })
    world.network.mute(1, true)
    const waiting = ['b', 'c', 'd', 'e']
    world.onSettled = () => {
      const next = waiting.shift()
      if (next !== undefined) world.send(0, next)
    }
    await world.sendAll(0, ['a'])
    expect((await world.abort()).code).toBe('resolved')
    const failed = world.settled.slice(1).map(({ value, error }) => [value, error?.code])
    expect(failed).toEqual(['a', 'b', 'c', 'd', 'e'].map((value) => [value, 'ABORTED']))
    world.network.mute(1, false)
    await world.begin()
    await world.advance(1_000)
    expect(world.requests()).toEqual(['EndTxn 7/0 abort'])
  })

  test.each([1, 3])(
    'an abort whose answer is lost %i times is repeated until it is answered',
    async (times) => {
      const world = await TransactionWorld.openWithRecord({ version })
      world.answer('EndTxn', ...Array.from({ length: times }, () => lost))
      const abort = await world.abort()
      expect(abort.state).toBe('pending')
      await world.advance(3_000)
      expect(abort.code).toBe('resolved')
      expect(world.requestsBut('Find')).toEqual([
        ...Array.from({ length: times + 1 }, () => 'EndTxn 7/0 abort'),
        ...renewed,
      ])
    },
  )

  test('an abort that is asked for again meanwhile shares the end, and a commit is refused', async () => {
    const world = await TransactionWorld.openWithRecord({ version })
    world.answer('EndTxn', never)
    const [first, again, commit] = [await world.abort(), await world.abort(), await world.commit()]
    expect(commit.error).toMatchObject({
      code: 'ILLEGAL_STATE',
      message: 'ILLEGAL_STATE: the transaction is being aborted; call abort() again',
    })
    world.ok(world.held('EndTxn'))
    await world.settle()
    expect([first.code, again.code]).toEqual(['resolved', 'resolved'])
  })

  test('an abort that the coordinator cannot decide rejects, and the same call tries again', async () => {
    const world = await TransactionWorld.openWithRecord({ version })
    world.answer('EndTxn', refused('INVALID_TXN_STATE'), refused('INVALID_TXN_STATE'))
    world.answer('InitProducerId', refused('INVALID_REQUEST'))
    expect((await world.abort()).code).toBe('INVALID_REQUEST')
    expect((await world.commit()).error).toMatchObject({ code: 'TRANSACTION_ABORTABLE' })
    expect((await world.abort()).code).toBe('resolved')
    const [sent, commit] = await world.oneMore()
    expect([sent.error, commit.code]).toEqual([null, 'resolved'])
  })

  test('closing the producer ends an abort that waits for batches in flight', async () => {
    const world = await TransactionWorld.openWithRecord({ version })
    world.answer('Produce', never)
    await world.sendAll(0, ['in flight'])
    const abort = await world.abort()
    void world.accumulator.front.close()
    await world.settle()
    expect(abort.code).toBe('PRODUCER_CLOSED')
    expect(world.requests()).toEqual(['Produce 7/0 0#1'])
  })

  test('a producer that was fenced says so when it aborts', async () => {
    const world = await TransactionWorld.openWithRecord({ version })
    world.answer('EndTxn', refused('PRODUCER_FENCED'))
    world.passTo('Ongoing')
    expect((await world.abort()).error).toMatchObject({ code: 'PRODUCER_FENCED', fatal: true })
    expect((await world.begin()).code).toBe('PRODUCER_FENCED')
    expect(world.requests().filter((line) => line.startsWith('InitProducerId'))).toEqual([])
  })
})

/** Two batches of partition 0 were sent behind each other, and their connection was lost. */
async function lostPair(world: TransactionWorld) {
  world.answer('Produce', never, never)
  const pair = await world.sendAll(0, ['a', 'b'])
  if (world.calls().length !== 2) throw new Error('only one is on its way')
  world.network.down(1)
  world.network.up(1)
  await world.settle()
  return pair
}

test('a batch that awaits a probe, and may have been written, fails in its place and is surely aborted', async () => {
  // Only what was sent by a topic id can be probed, as it is in version 2.
  const world = await TransactionWorld.openWithRecord({ version: 2 })
  const [a, b] = await lostPair(world)
  world.answer(
    'Produce',
    (call) => call.refuse('OUT_OF_ORDER_SEQUENCE_NUMBER'),
    (call) => call.fail('CONNECTION_CLOSED', true),
  )
  await world.advance(100)
  expect(world.requests()).toEqual(
    ['0#1', '0#2', '0#1', '0#2'].map((batch) => `Produce 7/0 ${batch}`),
  )
  expect((await world.abort()).code).toBe('resolved')
  expect(world.settled.slice(1)).toEqual([a, b])
  for (const { error } of [a!, b!])
    expect(error).toMatchObject({ code: 'ABORTED', persisted: 'no' })
})

// F33: the transaction takes longer than its time-out.
test('in version 2 the abort of what the coordinator has aborted resolves with its answer', async () => {
  const world = await TransactionWorld.openWithRecord({ version: 2, transactionTimeoutMs: 5_000 })
  await world.advance(6_000)
  world.answer('EndTxn', (call) => call.ok({ producerId: 7n, producerEpoch: 2 }))
  expect((await world.abort()).code).toBe('resolved')
  await world.oneMore()
  expect(world.requests()).toEqual(['EndTxn 7/0 abort', 'Produce 7/2 0#0', 'EndTxn 7/2 commit'])
})
