import { type ErrorCode, KafkaError } from '@sluice/protocol'
import { describe, expect, test } from 'vitest'
import type { CoordinatorApi } from '../coordinator-call.js'
import { never, TransactionWorld } from '../transaction-world.js'
import { refused } from './replies.js'

const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one)

/** How long after the one before each request of this API was written, in ms. */
class Pauses {
  readonly ms: number[] = []
  #last = Number.NaN

  constructor(world: TransactionWorld, name: CoordinatorApi | 'Produce') {
    const { onCall } = world.network
    world.network.onCall = (call) => {
      if (('api' in call ? call.api : 'Produce') === name) {
        const now = world.runtime.now()
        if (!Number.isNaN(this.#last)) this.ms.push(now - this.#last)
        this.#last = now
      }
      onCall(call)
    }
  }
}

const askers: Record<string, (world: TransactionWorld) => Promise<unknown>> = {
  Produce: (world) => world.sendAll(0, ['asked']),
  AddPartitionsToTxn: (world) => world.sendAll(1, ['asked']),
  AddOffsetsToTxn: (world) => world.sendOffsets(),
  TxnOffsetCommit: (world) => world.sendOffsets(),
  EndTxn: (world) => world.commit(),
}

// F29: a coordinator that moves, loads, is away, or is still busy with the transaction before.
describe('the transaction before is still being completed', () => {
  test.each(Object.keys(askers) as (CoordinatorApi | 'Produce')[])(
    '%s is repeated after some 2 ms, then after twice as long, never after the usual back-off',
    async (name) => {
      const world = await TransactionWorld.openWithRecord({ retryBackoffMs: 1_000 })
      const busy = (call: { refuse(code: ErrorCode): void }): void =>
        call.refuse('CONCURRENT_TRANSACTIONS')
      world.answer(name, ...times(8, busy))
      const pauses = new Pauses(world, name)
      await askers[name]!(world)
      await world.advance(400)
      expect(pauses.ms).toEqual([2, 4, 8, 16, 32, 50, 50, 50])
    },
  )

  test('so is InitProducerId', async () => {
    const world = new TransactionWorld({ retryBackoffMs: 1_000 })
    world.answer('InitProducerId', ...times(3, refused('CONCURRENT_TRANSACTIONS')))
    const pauses = new Pauses(world, 'InitProducerId')
    await world.initialize()
    await world.advance(100)
    expect(pauses.ms).toEqual([2, 4, 8])
  })

  test('in version 2 a batch that is refused for it is acknowledged in the end', async () => {
    const world = await TransactionWorld.open({ version: 2, retryBackoffMs: 1_000 })
    world.answer(
      'Produce',
      ...times(3, (call: { refuse(code: ErrorCode): void }) =>
        call.refuse('CONCURRENT_TRANSACTIONS'),
      ),
    )
    const [sent] = await world.sendAll(0, ['a'])
    await world.advance(14)
    expect(sent).toMatchObject({ settled: 1, error: null })
    expect((await world.commit()).code).toBe('resolved')
  })
})

describe('a coordinator that is away', () => {
  test('is waited for without a busy loop, and asked at once when it is back', async () => {
    const world = await TransactionWorld.openWithRecord()
    world.network.down(2)
    const commit = await world.commit()
    const { polls } = world.network
    await world.advance(20_000)
    expect(world.network.polls - polls).toBeLessThan(100)
    expect(commit.state).toBe('pending')
    world.network.up(2)
    await world.settle()
    expect(commit.code).toBe('resolved')
  })

  test('for good is found at another broker', async () => {
    const world = await TransactionWorld.openWithRecord()
    world.network.down(2)
    const commit = await world.commit()
    world.coordinators.transaction = 3
    await world.advance(1_000)
    expect(commit.code).toBe('resolved')
    expect(world.last('EndTxn').node).toBe(3)
  })

  test('for good is found at another broker, however much else happens meanwhile', async () => {
    const world = await TransactionWorld.openWithRecord()
    world.network.down(2)
    const commit = await world.commit()
    world.coordinators.transaction = 3
    for (let step = 0; step < 20; step++) {
      world.network.changed()
      await world.advance(100)
    }
    expect(commit.code).toBe('resolved')
  })

  test('with all other brokers is waited for', async () => {
    const world = new TransactionWorld()
    for (const node of [1, 2, 3]) world.network.down(node)
    const ready = await world.initialize()
    const { polls } = world.network
    await world.advance(20_000)
    expect(world.network.polls - polls).toBeLessThan(100)
    world.network.up(1, 2)
    await world.settle()
    expect(ready.code).toBe('resolved')
  })

  test('does not keep a producer from being closed', async () => {
    const world = new TransactionWorld()
    for (const node of [1, 2, 3]) world.network.down(node)
    const ready = await world.initialize()
    void world.accumulator.front.close()
    await world.settle()
    expect(ready.code).toBe('PRODUCER_CLOSED')
    expect(world.runtime.pendingTimers).toBe(0)
  })

  test('does not keep a transaction from being aborted where it is that of a group', async () => {
    const world = await TransactionWorld.openWithRecord({ version: 2 })
    world.network.down(3)
    const offsets = await world.sendOffsets()
    const abort = await world.abort()
    await world.advance(2_000)
    expect(abort.code).toBe('resolved')
    expect(offsets.state).toBe('rejected')
  })

  test('does not keep a transaction from being aborted where that of a group is not found', async () => {
    const world = await TransactionWorld.openWithRecord({ version: 2 })
    world.answer('FindCoordinator', ...times(100, refused('COORDINATOR_NOT_AVAILABLE')))
    const offsets = await world.sendOffsets()
    const abort = await world.abort()
    await world.advance(2_000)
    expect(abort.code).toBe('resolved')
    expect(offsets.state).toBe('rejected')
    expect((await world.begin()).code).toBe('resolved')
  })
})

describe('a coordinator that refuses the credentials', () => {
  const refuse = (world: TransactionWorld): void => {
    world.network.refusals.set(2, new KafkaError('SASL_AUTHENTICATION_FAILED', 'wrong password'))
    world.network.down(2)
  }

  test('has the initialization rejected, and the next call tries again', async () => {
    const world = new TransactionWorld()
    refuse(world)
    const ready = await world.initialize()
    expect(ready.error).toMatchObject({ code: 'SASL_AUTHENTICATION_FAILED' })
    world.network.refusals.clear()
    world.network.up(2)
    expect((await world.initialize()).code).toBe('resolved')
  })

  test('does not end a commit', async () => {
    const world = await TransactionWorld.openWithRecord()
    refuse(world)
    const commit = await world.commit()
    await world.advance(10_000)
    expect(commit.state).toBe('pending')
    world.network.refusals.clear()
    world.network.up(2)
    await world.settle()
    expect(commit.code).toBe('resolved')
  })

  test('has offsets rejected, and the transaction can be aborted', async () => {
    const world = await TransactionWorld.openWithRecord()
    refuse(world)
    expect((await world.sendOffsets()).error).toMatchObject({
      code: 'TRANSACTION_ABORTABLE',
      cause: { code: 'SASL_AUTHENTICATION_FAILED' },
    })
    world.network.up(2)
    expect((await world.abort()).code).toBe('resolved')
  })
})

describe('a partition that is not added', () => {
  test('before its transaction is aborted is not added after the end', async () => {
    const world = await TransactionWorld.openWithRecord()
    world.answer('AddPartitionsToTxn', refused('COORDINATOR_LOAD_IN_PROGRESS'))
    await world.sendAll(1, ['waits'])
    const abort = await world.abort()
    await world.advance(1_000)
    expect(abort.code).toBe('resolved')
    expect(world.requests()).toEqual(['AddPartitionsToTxn 7/0 orders 1', 'EndTxn 7/0 abort'])
  })

  test('before the abort is wanted is not taken for one of the next transaction', async () => {
    const world = await TransactionWorld.openWithRecord()
    world.answer('AddPartitionsToTxn', never)
    await world.sendAll(1, ['waits'])
    const abort = await world.abort()
    const begun = await world.begin()
    world.held('AddPartitionsToTxn').ok()
    await world.settle()
    expect([abort.code, begun.code]).toEqual(['resolved', 'resolved'])
    await world.sendAll(1, ['of the next'])
    expect(world.requests()).toEqual([
      'AddPartitionsToTxn 7/0 orders 1',
      'EndTxn 7/0 abort',
      'AddPartitionsToTxn 7/0 orders 1',
      'Produce 7/0 1#0',
    ])
  })

  test('within the time of a transaction is given up, and the transaction is aborted', async () => {
    const world = await TransactionWorld.openWithRecord({ transactionTimeoutMs: 5_000 })
    world.answer('AddPartitionsToTxn', ...times(100, refused('UNKNOWN_TOPIC_OR_PARTITION')))
    const [sent] = await world.sendAll(1, ['waits'])
    await world.advance(6_000)
    expect(sent!.error).toMatchObject({ code: 'TRANSACTION_ABORTABLE', persisted: 'no' })
    expect((await world.abort()).code).toBe('resolved')
  })

  test('since the answer lacks it is asked for again', async () => {
    const world = await TransactionWorld.open()
    world.answer('AddPartitionsToTxn', (call) => call.ok({ resultsByTopic: [] }))
    const [sent] = await world.sendAll(0, ['a'])
    expect(world.requests()).toEqual(['AddPartitionsToTxn 7/0 orders 0'])
    await world.advance(100)
    expect(sent!.settled).toBe(1)
  })

  test('for another partition was refused for good tells the reason of that', async () => {
    const world = await TransactionWorld.open()
    const partition = (partitionIndex: number, partitionErrorCode: number): object => ({
      partitionIndex,
      partitionErrorCode,
    })
    // OPERATION_NOT_ATTEMPTED and TOPIC_AUTHORIZATION_FAILED
    const results = [{ name: 'orders', resultsByPartition: [partition(0, 55), partition(1, 29)] }]
    world.answer('AddPartitionsToTxn', (call) => call.ok({ resultsByTopic: results }))
    world.send(0, 'a')
    await world.sendAll(1, ['b'])
    for (const { error } of world.settled)
      expect(error).toMatchObject({
        code: 'TRANSACTION_ABORTABLE',
        cause: { cause: { code: 'TOPIC_AUTHORIZATION_FAILED' } },
      })
    expect(world.settled).toHaveLength(2)
  })
})
