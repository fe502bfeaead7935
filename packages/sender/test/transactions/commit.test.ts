import { describe, expect, test } from 'vitest'
import type { CoordinatorCall } from '../coordinator-call.js'
import { never, TransactionWorld } from '../transaction-world.js'
import { lost, refused } from './replies.js'

// F30: an EndTxn without an answer.
describe.each([1, 2] as const)('version %i', (version) => {
  /** After an end that is unsure: under version 2 the end itself has brought another epoch. */
  const renewed = version === 1 ? ['DescribeTransactions tx-1', 'InitProducerId 7/0'] : []

  test.each([1, 3])(
    'a commit whose answer is lost %i times is repeated to the coordinator that is found anew, and resolves with its answer',
    async (times) => {
      const world = await TransactionWorld.openWithRecord({ version })
      world.answer('EndTxn', ...Array.from({ length: times }, () => lost), never)
      const commit = await world.commit()
      world.coordinators.transaction = 3
      await world.advance(3_000)
      expect(commit.state).toBe('pending')
      const call = world.held('EndTxn')
      expect(call.node).toBe(3)
      world.ok(call)
      await world.settle()
      expect(commit.code).toBe('resolved')
      const again = ['FindCoordinator transaction tx-1', 'EndTxn 7/0 commit']
      expect(world.requests()).toEqual([
        'EndTxn 7/0 commit',
        ...Array.from({ length: times }, () => again).flat(),
        ...renewed,
      ])
    },
  )

  test('a commit that is not answered within the request time-out is repeated', async () => {
    const world = await TransactionWorld.openWithRecord({ version })
    world.answer('EndTxn', (call) => call.fail('REQUEST_TIMEOUT', true))
    const commit = await world.commit()
    expect(commit.state).toBe('pending')
    await world.advance(100)
    expect(commit.code).toBe('resolved')
  })

  test('UNKNOWN_SERVER_ERROR says nothing of a commit, which is repeated', async () => {
    const world = await TransactionWorld.openWithRecord({ version })
    world.answer('EndTxn', refused('UNKNOWN_SERVER_ERROR'), refused('UNKNOWN_SERVER_ERROR'))
    const commit = await world.commit()
    expect(commit.state).toBe('pending')
    await world.advance(300)
    expect(commit.code).toBe('resolved')
    expect(world.requests()).toEqual([
      ...Array.from({ length: 3 }, () => 'EndTxn 7/0 commit'),
      ...renewed,
    ])
  })

  test('an answer that lacks what it must hold says nothing of a commit either', async () => {
    const world = await TransactionWorld.openWithRecord({ version })
    world.answer('EndTxn', (call) => call.fail('MALFORMED_RESPONSE', true))
    const commit = await world.commit()
    expect(commit.state).toBe('pending')
    await world.advance(100)
    expect(commit.code).toBe('resolved')
  })

  test('a coordinator that is not found after a commit without an answer says nothing of it either', async () => {
    const world = await TransactionWorld.openWithRecord({ version })
    world.answer('EndTxn', lost)
    world.answer('FindCoordinator', refused('TRANSACTION_ABORTABLE'), refused('INVALID_REQUEST'))
    const commit = await world.commit()
    await world.advance(300)
    expect(commit.state).toBe('pending')
    await world.advance(1_000)
    expect(commit.code).toBe('resolved')
  })

  test('a commit that is asked for again meanwhile shares the end, and an abort is refused', async () => {
    const world = await TransactionWorld.openWithRecord({ version })
    world.answer('EndTxn', never)
    const [first, again, abort] = [await world.commit(), await world.commit(), await world.abort()]
    expect([first.state, again.state]).toEqual(['pending', 'pending'])
    expect(abort.error).toMatchObject({
      code: 'ILLEGAL_STATE',
      message:
        'ILLEGAL_STATE: the transaction is being committed, and it is not known yet whether it is; call commit() again',
    })
    world.ok(world.held('EndTxn'))
    await world.settle()
    expect([first.code, again.code]).toEqual(['resolved', 'resolved'])
    expect(world.requests()).toEqual(['EndTxn 7/0 commit'])
  })

  test('closing the producer ends a commit whose outcome is unknown', async () => {
    const world = await TransactionWorld.openWithRecord({ version })
    world.answer('EndTxn', lost, never)
    const commit = await world.commit()
    await world.advance(200)
    void world.accumulator.front.close()
    await world.settle()
    await world.network.close()
    await world.settle()
    expect(commit.error).toMatchObject({
      code: 'PRODUCER_CLOSED',
      fatal: true,
      persisted: 'possibly',
    })
    for (const call of [world.commit, world.abort, world.begin, world.sendOffsets])
      expect((await call.call(world)).code).toBe('PRODUCER_CLOSED')
  })

  test('closing the producer while a commit waits for its next attempt ends it', async () => {
    const world = await TransactionWorld.openWithRecord({ version })
    world.answer('EndTxn', lost)
    const commit = await world.commit()
    void world.accumulator.front.close()
    await world.settle()
    expect(commit.error).toMatchObject({ code: 'PRODUCER_CLOSED', persisted: 'possibly' })
    expect(world.runtime.pendingTimers).toBe(0)
  })

  test('a commit that is fenced at its first attempt is surely not committed', async () => {
    const world = await TransactionWorld.openWithRecord({ version })
    fence(world, refused('PRODUCER_FENCED'))
    expect((await world.commit()).error).toMatchObject({
      code: 'PRODUCER_FENCED',
      fatal: true,
      persisted: 'no',
    })
  })

  test('a commit whose outcome is unknown and that is fenced then may be committed', async () => {
    const world = await TransactionWorld.openWithRecord({ version })
    fence(world, lost, refused('PRODUCER_FENCED'))
    const commit = await world.commit()
    await world.advance(200)
    expect(commit.error).toMatchObject({
      code: 'PRODUCER_FENCED',
      fatal: true,
      persisted: 'possibly',
    })
  })

  test('a producer whose commit may have ended the transaction does not take the epoch of a newer producer', async () => {
    const world = await TransactionWorld.openWithRecord({ version })
    fence(world, lost, refused('PRODUCER_FENCED'))
    await world.commit()
    await world.advance(200)
    expect(world.requestsBut('FindCoordinator')).toEqual([
      'EndTxn 7/0 commit',
      'EndTxn 7/0 commit',
      'EndTxn 7/0 abort',
      ...(version === 1 ? ['DescribeTransactions tx-1'] : []),
    ])
  })

  test('a fenced producer says what to do, and does nothing more', async () => {
    const world = await TransactionWorld.openWithRecord({ version })
    fence(world, refused('PRODUCER_FENCED'))
    await world.commit()
    world.requests()
    for (const call of [
      world.commit,
      world.abort,
      world.begin,
      world.sendOffsets,
      world.initialize,
    ])
      expect((await call.call(world)).error).toMatchObject({
        code: 'PRODUCER_FENCED',
        message:
          'PRODUCER_FENCED: another producer with transactionalId tx-1 was started, and this one can do nothing more; close it, and give each producer that runs at the same time an id of its own (brokers before 3.0 say so, too, of a transaction that took longer than transactionTimeoutMs)',
      })
    const [sent] = await world.sendAll(0, ['never sent'])
    expect(sent!.error).toMatchObject({ code: 'PRODUCER_FENCED', persisted: 'no' })
    expect(world.requests()).toEqual([])
  })

  test('a commit that the coordinator has aborted before, since it took too long, is surely not committed, and says why', async () => {
    const world = await TransactionWorld.openWithRecord({ version, transactionTimeoutMs: 5_000 })
    await world.advance(6_000)
    const old = refused('INVALID_PRODUCER_EPOCH')
    world.answer('EndTxn', ...(version === 1 ? [old, old] : [refused('INVALID_TXN_STATE')]))
    world.passTo('CompleteAbort')
    expect((await world.commit()).error).toMatchObject({
      code: 'TRANSACTION_ABORTABLE',
      abortable: true,
      persisted: 'no',
      cause: {
        code: 'TRANSACTION_ABORTABLE',
        message: expect.stringContaining(
          'the coordinator has aborted the transaction, as it does after transactionTimeoutMs (5000)',
        ),
        cause: { code: version === 1 ? 'INVALID_PRODUCER_EPOCH' : 'INVALID_TXN_STATE' },
      },
    })
    expect((await world.abort()).code).toBe('resolved')
    const [sent, commit] = await world.oneMore()
    expect([sent.error, commit.code]).toEqual([null, 'resolved'])
  })
})

/** Another producer has begun: these are the answers to the commit, and whatever is tried after them is refused. */
function fence(world: TransactionWorld, ...commits: ((call: CoordinatorCall) => void)[]): void {
  world.answer('EndTxn', ...commits, ...Array.from({ length: 3 }, () => refused('PRODUCER_FENCED')))
  world.answer('InitProducerId', ...Array.from({ length: 3 }, () => refused('PRODUCER_FENCED')))
  world.passTo('Ongoing')
}

describe('version 1', () => {
  test('a commit without an answer that is refused for the state of its transaction is surely not committed', async () => {
    const world = await TransactionWorld.openWithRecord()
    world.answer('EndTxn', lost, refused('INVALID_TXN_STATE'), refused('INVALID_TXN_STATE'))
    const commit = await world.commit()
    await world.advance(200)
    expect(commit.error).toMatchObject({ code: 'TRANSACTION_ABORTABLE', persisted: 'no' })
  })

  test.each<[string, (call: CoordinatorCall) => void]>([
    ['is lost', lost],
    ['is NOT_COORDINATOR', refused('NOT_COORDINATOR')],
    ['is UNKNOWN_SERVER_ERROR', refused('UNKNOWN_SERVER_ERROR')],
  ])(
    'after a commit whose first answer %s the next transaction begins with another epoch, which is asked for at once, for the first request may come yet',
    async (_, first) => {
      const world = await TransactionWorld.openWithRecord()
      world.answer('EndTxn', first)
      await world.commit()
      await world.advance(100)
      expect(world.requests().at(-1)).toBe('InitProducerId 7/0')
      await world.oneMore()
      expect(world.requests()).toEqual([
        'AddPartitionsToTxn 7/1 orders 0',
        'Produce 7/1 0#0',
        'EndTxn 7/1 commit',
      ])
    },
  )

  test.each<[string, (call: CoordinatorCall) => void]>([
    ['was never written', (call) => call.lose(false)],
    ['was refused with CONCURRENT_TRANSACTIONS', refused('CONCURRENT_TRANSACTIONS')],
    ['was refused with COORDINATOR_LOAD_IN_PROGRESS', refused('COORDINATOR_LOAD_IN_PROGRESS')],
  ])('after a commit whose first request %s the epoch goes on', async (_, first) => {
    const world = await TransactionWorld.openWithRecord()
    world.answer('EndTxn', first)
    const commit = await world.commit()
    await world.advance(100)
    expect(commit.code).toBe('resolved')
    await world.oneMore()
    const asked = world.requests().filter((line) => line.startsWith('InitProducerId'))
    expect(asked).toEqual([])
  })
})

test('in version 2 a commit that was lost adopts the epoch of its answer, and asks for no other', async () => {
  const world = await TransactionWorld.openWithRecord({ version: 2 })
  world.answer('EndTxn', lost)
  await world.commit()
  await world.advance(100)
  world.requests()
  await world.oneMore()
  expect(world.requests()).toEqual(['Produce 7/1 0#0', 'EndTxn 7/1 commit'])
})
