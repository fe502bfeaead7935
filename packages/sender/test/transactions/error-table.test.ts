import type { ErrorCode } from '@sluice/protocol'
import { describe, expect, test } from 'vitest'
import { TransactionWorld } from '../transaction-world.js'
import { apis, asked, type Asker, askers, pairs } from './askers.js'
import { refused } from './replies.js'

/** What ends by itself: the same request is made again. */
const retried = [
  'COORDINATOR_LOAD_IN_PROGRESS',
  'CONCURRENT_TRANSACTIONS',
  'REQUEST_TIMED_OUT',
] as const
/** The request goes to the coordinator that is found anew. */
const moved = ['NOT_COORDINATOR', 'COORDINATOR_NOT_AVAILABLE'] as const
const lasting = ['TRANSACTIONAL_ID_AUTHORIZATION_FAILED', 'UNSUPPORTED_VERSION'] as const

async function refusedOnce(api: Asker, code: ErrorCode): Promise<TransactionWorld> {
  const world = await TransactionWorld.openWithRecord()
  const before = asked(world, api).length
  world.answer(api, refused(code))
  await askers[api](world)
  expect(asked(world, api)).toHaveLength(before + 1)
  return world
}

describe('what ends by itself', () => {
  test.each(pairs(apis, retried))(
    '%s that is answered %s is asked again, and the transaction commits',
    async (api, code) => {
      const world = await refusedOnce(api, code)
      await world.advance(150)
      expect((await world.commit()).code).toBe('resolved')
      const [before, again] = asked(world, api).slice(-2)
      expect(String(again)).toBe(String(before))
      expect(asked(world, 'InitProducerId')).toHaveLength(1)
    },
  )

  test.each(pairs(apis, moved))(
    '%s that is answered %s goes to the coordinator that is found anew',
    async (api, code) => {
      const world = await refusedOnce(api, code)
      const group = api === 'TxnOffsetCommit'
      world.coordinators[group ? 'group' : 'transaction'] = group ? 2 : 3
      await world.advance(150)
      expect((await world.commit()).code).toBe('resolved')
      const [before, again] = asked(world, api).slice(-2)
      expect([before!.node, again!.node]).toEqual(group ? [3, 2] : [2, 3])
      expect(String(again)).toBe(String(before))
    },
  )

  test('TxnOffsetCommit that is answered REQUEST_TIMED_OUT goes to the coordinator that is found anew', async () => {
    const world = await refusedOnce('TxnOffsetCommit', 'REQUEST_TIMED_OUT')
    world.coordinators.group = 2
    await world.advance(150)
    expect(asked(world, 'TxnOffsetCommit').map(({ node }) => node)).toEqual([3, 2])
  })

  test.each(pairs(['FindCoordinator'], [...moved, 'COORDINATOR_LOAD_IN_PROGRESS'] as const))(
    '%s that is answered %s is asked again',
    async (api, code) => {
      const world = await refusedOnce(api, code)
      await world.advance(150)
      expect((await world.commit()).code).toBe('resolved')
      expect(world.requests()).toContain('TxnOffsetCommit 7/0 readers')
    },
  )

  test.each([...retried, ...moved])(
    'InitProducerId that is answered %s is asked again',
    async (code) => {
      const world = new TransactionWorld()
      world.answer('InitProducerId', refused(code))
      const ready = await world.initialize()
      expect(ready.state).toBe('pending')
      await world.advance(150)
      expect(ready.code).toBe('resolved')
      const lookedUp = (moved as readonly string[]).includes(code) || code === 'REQUEST_TIMED_OUT'
      expect(asked(world, 'FindCoordinator')).toHaveLength(lookedUp ? 2 : 1)
      expect(asked(world, 'InitProducerId')).toHaveLength(2)
    },
  )

  test.each(
    (['commit', 'abort'] as const).flatMap((end) =>
      [...retried, ...moved].map((code) => [end, code] as const),
    ),
  )('a %s that is answered %s is asked for again', async (end, code) => {
    const world = await TransactionWorld.openWithRecord()
    world.answer('EndTxn', refused(code))
    const ending = await world[end]()
    expect(ending.state).toBe('pending')
    await world.advance(150)
    expect(ending.code).toBe('resolved')
    const isUnsure = code === 'REQUEST_TIMED_OUT' || (moved as readonly string[]).includes(code)
    expect(world.requestsBut('Find')).toEqual([
      `EndTxn 7/0 ${end}`,
      `EndTxn 7/0 ${end}`,
      ...(isUnsure ? ['DescribeTransactions tx-1', 'InitProducerId 7/0'] : []),
    ])
  })
})

describe('what the transaction must be aborted for', () => {
  const abortable = [
    'TRANSACTION_ABORTABLE',
    'TOPIC_AUTHORIZATION_FAILED',
    'GROUP_AUTHORIZATION_FAILED',
    'INVALID_REQUEST',
    'UNKNOWN_SERVER_ERROR',
  ] as const
  const rows: [Asker, ErrorCode][] = [
    ...pairs([...apis, 'FindCoordinator'], abortable),
    ['AddPartitionsToTxn', 'OPERATION_NOT_ATTEMPTED'],
    ['TxnOffsetCommit', 'FENCED_INSTANCE_ID'],
    ['TxnOffsetCommit', 'UNKNOWN_MEMBER_ID'],
    ['TxnOffsetCommit', 'ILLEGAL_GENERATION'],
  ]

  test.each(rows)('%s that is answered %s', async (api, code) => {
    const world = await refusedOnce(api, code)
    expect((await world.commit()).error).toMatchObject({
      code: 'TRANSACTION_ABORTABLE',
      abortable: true,
      persisted: 'no',
    })
    expect((await world.abort()).code).toBe('resolved')
    const [sent, commit] = await world.oneMore()
    expect([sent.error, commit.code]).toEqual([null, 'resolved'])
    expect(asked(world, 'InitProducerId')).toHaveLength(1)
  })

  test.each(['TRANSACTION_ABORTABLE', 'INVALID_REQUEST', 'GROUP_AUTHORIZATION_FAILED'] as const)(
    'a commit that is answered %s',
    async (code) => {
      const world = await TransactionWorld.openWithRecord()
      world.answer('EndTxn', refused(code))
      expect((await world.commit()).error).toMatchObject({
        code: 'TRANSACTION_ABORTABLE',
        abortable: true,
        persisted: 'no',
        cause: { code },
      })
      expect((await world.abort()).code).toBe('resolved')
      const [sent, commit] = await world.oneMore()
      expect([sent.error, commit.code]).toEqual([null, 'resolved'])
    },
  )

  test.each([1, 2] as const)(
    'an abort of version %i that is answered TRANSACTION_ABORTABLE rejects, and the same call tries again',
    async (version) => {
      const world = await TransactionWorld.openWithRecord({ version })
      world.answer('EndTxn', refused('TRANSACTION_ABORTABLE'))
      expect((await world.abort()).error).toMatchObject({
        code: 'TRANSACTION_ABORTABLE',
        abortable: true,
        message: expect.stringContaining('the coordinator refused the abort (EndTxn)'),
      })
      expect((await world.commit()).error).toMatchObject({
        code: 'TRANSACTION_ABORTABLE',
        persisted: 'no',
      })
      expect((await world.abort()).code).toBe('resolved')
      expect(world.requests()).toEqual(['EndTxn 7/0 abort', 'EndTxn 7/0 abort'])
      const [sent, commit] = await world.oneMore()
      expect([sent.error, commit.code]).toEqual([null, 'resolved'])
    },
  )

  test('a first InitProducerId that is answered TRANSACTION_ABORTABLE rejects, and the next call tries again', async () => {
    const world = new TransactionWorld()
    world.answer('InitProducerId', refused('TRANSACTION_ABORTABLE'))
    expect((await world.initialize()).error).toMatchObject({
      code: 'TRANSACTION_ABORTABLE',
      abortable: true,
    })
    expect((await world.initialize()).code).toBe('resolved')
  })

  test('an InitProducerId that is answered TRANSACTION_ABORTABLE while an abort needs it has the abort tried again', async () => {
    const world = await TransactionWorld.openWithRecord()
    world.answer('EndTxn', refused('INVALID_TXN_STATE'), refused('INVALID_TXN_STATE'))
    world.answer('InitProducerId', refused('TRANSACTION_ABORTABLE'))
    expect((await world.abort()).error).toMatchObject({
      code: 'TRANSACTION_ABORTABLE',
      abortable: true,
    })
    expect((await world.abort()).code).toBe('resolved')
    const [sent, commit] = await world.oneMore()
    expect([sent.error, commit.code]).toEqual([null, 'resolved'])
  })
})

describe('what no later transaction can do without', () => {
  /** What every call and every record is told afterwards. */
  const afterwards = async (world: TransactionWorld): Promise<unknown[]> => {
    const told: unknown[] = []
    for (const call of [world.commit, world.abort, world.begin, world.sendOffsets])
      told.push((await call.call(world)).code)
    const [sent] = await world.sendAll(0, ['never sent'])
    return [...told, sent!.error?.code, sent!.error?.persisted]
  }
  const only = (code: ErrorCode): unknown[] => [code, code, code, code, code, 'no']

  const rows: [Asker, ErrorCode][] = [
    ...pairs([...apis, 'FindCoordinator'], lasting),
    ['TxnOffsetCommit', 'UNSUPPORTED_FOR_MESSAGE_FORMAT'],
  ]
  test.each(rows)('%s that is answered %s', async (api, code) => {
    expect(await afterwards(await refusedOnce(api, code))).toEqual(only(code))
  })

  test.each(
    (['commit', 'abort'] as const).flatMap((end) => lasting.map((code) => [end, code] as const)),
  )('a %s that is answered %s', async (end, code) => {
    const world = await TransactionWorld.openWithRecord()
    world.answer('EndTxn', refused(code))
    expect((await world[end]()).code).toBe(code)
    expect(await afterwards(world)).toEqual(only(code))
  })

  test.each(['TRANSACTIONAL_ID_AUTHORIZATION_FAILED', 'CLUSTER_AUTHORIZATION_FAILED'] as const)(
    'a batch that is answered %s',
    async (code) => {
      const world = await TransactionWorld.openWithRecord()
      world.answer('Produce', (call) => call.refuse(code))
      const [sent] = await world.sendAll(0, ['refused'])
      expect(sent!.error?.code).toBe(code)
      expect(await afterwards(world)).toEqual(only(code))
    },
  )

  test('a commit that is refused for good after an attempt without an answer may be committed', async () => {
    const world = await TransactionWorld.openWithRecord()
    world.answer('EndTxn', (call) => call.lose(), refused('TRANSACTIONAL_ID_AUTHORIZATION_FAILED'))
    const commit = await world.commit()
    await world.advance(150)
    expect(commit.error).toMatchObject({
      code: 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
      fatal: true,
      persisted: 'possibly',
    })
  })
})
