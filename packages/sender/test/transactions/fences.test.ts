import type { ErrorCode } from '@sluice/protocol'
import { describe, expect, test } from 'vitest'
import { never, TransactionWorld } from '../transaction-world.js'
import { described, lost, refused, type Reply } from './replies.js'

/** The question for an epoch aborts what is open, which fences the epoch. */
const fencesWith =
  (world: TransactionWorld, state: string): Reply =>
  (call) => {
    world.passTo(state)
    call.refuse('PRODUCER_FENCED')
  }

const fencing = ['PRODUCER_FENCED', 'INVALID_PRODUCER_EPOCH'] as const
const oldEpoch = refused('PRODUCER_FENCED')

/** What the id may have come to, other than a transaction of this producer that the coordinator has aborted. */
const others: [what: string, answer: Reply][] = [
  ['has a transaction open', described({ transactionState: 'Ongoing' })],
  ['is committing', described({ transactionState: 'PrepareCommit' })],
  ['has committed', described({ transactionState: 'CompleteCommit' })],
  ['has begun, and no transaction yet', described({ transactionState: 'Empty' })],
  ['has aborted one epoch on', described({ transactionState: 'CompleteAbort', producerEpoch: 2 })],
  [
    'has aborted under another producer id',
    described({ transactionState: 'CompleteAbort', producerId: 8n }),
  ],
  [
    'stands where this one does',
    described({ transactionState: 'CompleteAbort', producerEpoch: 0 }),
  ],
  ['is not known', refused('TRANSACTIONAL_ID_NOT_FOUND')],
  ['may not be asked for', refused('TRANSACTIONAL_ID_AUTHORIZATION_FAILED')],
  [
    'cannot be asked for, since the brokers are older than that',
    (call) => call.fail('UNSUPPORTED_VERSION', false),
  ],
]

// F33: the transaction takes longer than its time-out.
describe('in version 1 an abort that is refused as one of an old epoch', () => {
  const abortedBy = async (code: ErrorCode, ...answers: Reply[]) => {
    const world = await TransactionWorld.openWithRecord({ transactionTimeoutMs: 5_000 })
    await world.advance(6_000)
    world.answer('EndTxn', refused(code))
    world.answer('DescribeTransactions', ...answers)
    return { world, abort: await world.abort() }
  }

  test.each(
    fencing.flatMap((code) =>
      (['PrepareAbort', 'CompleteAbort'] as const).map((state) => [code, state] as const),
    ),
  )(
    '(%s) where the coordinator has aborted the transaction (%s) goes on under the epoch behind the fence',
    async (code, transactionState) => {
      const { world, abort } = await abortedBy(code, described({ transactionState }))
      expect(abort.code).toBe('resolved')
      expect(world.requests()).toEqual([
        'EndTxn 7/0 abort',
        'DescribeTransactions tx-1',
        'InitProducerId 7/1',
      ])
      const [sent, commit] = await world.oneMore()
      expect([sent.error, commit.code]).toEqual([null, 'resolved'])
      expect(world.requests()).toEqual([
        'AddPartitionsToTxn 7/2 orders 0',
        'Produce 7/2 0#0',
        'EndTxn 7/2 commit',
      ])
    },
  )

  test.each(others)(
    'where the id %s does not take the epoch of a newer producer',
    async (_, answer) => {
      const { world, abort } = await abortedBy('PRODUCER_FENCED', answer)
      expect(abort.error).toMatchObject({ code: 'PRODUCER_FENCED', fatal: true })
      expect((await world.begin()).code).toBe('PRODUCER_FENCED')
      expect(world.requests()).toEqual(['EndTxn 7/0 abort', 'DescribeTransactions tx-1'])
    },
  )

  test('asks the coordinator that is found anew where the first gives no answer', async () => {
    const world = await TransactionWorld.openWithRecord()
    world.answer('EndTxn', oldEpoch)
    world.answer('DescribeTransactions', lost, refused('COORDINATOR_LOAD_IN_PROGRESS'))
    world.passTo('CompleteAbort')
    const abort = await world.abort()
    world.coordinators.transaction = 3
    expect(abort.state).toBe('pending')
    await world.advance(400)
    expect(abort.code).toBe('resolved')
    expect(world.last('DescribeTransactions').node).toBe(3)
    expect(world.requestsBut('FindCoordinator')).toEqual([
      'EndTxn 7/0 abort',
      ...Array.from({ length: 3 }, () => 'DescribeTransactions tx-1'),
      'InitProducerId 7/1',
    ])
  })

  test('is fenced where another producer is faster than its question for the epoch', async () => {
    const world = await TransactionWorld.openWithRecord()
    world.answer('EndTxn', oldEpoch)
    world.answer('InitProducerId', oldEpoch)
    world.passTo('CompleteAbort')
    expect((await world.abort()).error).toMatchObject({ code: 'PRODUCER_FENCED', fatal: true })
    expect(world.requests().slice(-1)).toEqual(['InitProducerId 7/1'])
  })

  test('is ended by closing the producer', async () => {
    const { world, abort } = await abortedBy('PRODUCER_FENCED', lost)
    void world.accumulator.front.close()
    await world.settle()
    expect(abort.code).toBe('PRODUCER_CLOSED')
    expect(world.runtime.pendingTimers).toBe(0)
  })
})

describe('in version 1 a fenced producer does not take the epoch of a newer producer', () => {
  /** What is asked when another producer has begun. */
  const asked = async (world: TransactionWorld): Promise<string[]> => {
    world.requests()
    world.passTo('Ongoing')
    const abort = await world.abort()
    await world.advance(1_000)
    expect(abort.code).toBe('PRODUCER_FENCED')
    return world.requestsBut('FindCoordinator')
  }

  test('where the coordinator never said that the transaction is open', async () => {
    const world = await TransactionWorld.open()
    world.answer('AddPartitionsToTxn', never)
    await world.sendAll(0, ['a'])
    world.answer('EndTxn', oldEpoch)
    const abort = asked(world)
    await world.settle()
    world.held('AddPartitionsToTxn').lose()
    expect(await abort).toEqual(['EndTxn 7/0 abort', 'DescribeTransactions tx-1'])
  })

  test('where an abort may have ended the transaction before', async () => {
    const world = await TransactionWorld.openWithRecord()
    world.answer('EndTxn', lost, oldEpoch)
    expect(await asked(world)).toEqual([
      'EndTxn 7/0 abort',
      'EndTxn 7/0 abort',
      'DescribeTransactions tx-1',
    ])
  })

  test('where an abort that was given up may have ended the transaction before', async () => {
    const world = await TransactionWorld.openWithRecord()
    world.answer('EndTxn', lost, refused('INVALID_TXN_STATE'), oldEpoch)
    world.answer('InitProducerId', refused('INVALID_REQUEST'))
    const abort = await world.abort()
    await world.advance(1_000)
    expect(abort.code).toBe('INVALID_REQUEST')
    expect(await asked(world)).toEqual(['EndTxn 7/0 abort', 'DescribeTransactions tx-1'])
  })
})

describe.each(['INVALID_TXN_STATE', 'INVALID_PRODUCER_ID_MAPPING', 'UNKNOWN_PRODUCER_ID'] as const)(
  'an abort that is answered %s',
  (code) => {
    test('goes on behind the fence where a late request has opened a transaction that the question for an epoch aborts', async () => {
      const world = await TransactionWorld.openWithRecord()
      world.answer('EndTxn', refused(code))
      world.answer('InitProducerId', fencesWith(world, 'PrepareAbort'))
      expect((await world.abort()).code).toBe('resolved')
      expect(world.requests()).toEqual([
        'EndTxn 7/0 abort',
        'DescribeTransactions tx-1',
        'InitProducerId 7/0',
        'DescribeTransactions tx-1',
        'InitProducerId 7/1',
      ])
    })

    test.each([1, 2] as const)(
      'is final in version %i where another producer has begun',
      async (version) => {
        const world = await TransactionWorld.openWithRecord({ version })
        world.answer('EndTxn', refused(code))
        world.passTo('Ongoing')
        expect((await world.abort()).error).toMatchObject({ code: 'PRODUCER_FENCED', fatal: true })
        expect(world.requests()).toEqual(['EndTxn 7/0 abort', 'DescribeTransactions tx-1'])
      },
    )
  },
)

test.each(fencing)(
  'in version 2 an abort that is answered %s is final, whatever the coordinator has aborted',
  async (code) => {
    const world = await TransactionWorld.openWithRecord({ version: 2 })
    world.answer('EndTxn', refused(code))
    world.passTo('CompleteAbort')
    expect((await world.abort()).error).toMatchObject({ code: 'PRODUCER_FENCED', fatal: true })
    expect((await world.begin()).code).toBe('PRODUCER_FENCED')
    expect(world.requests()).toEqual(['EndTxn 7/0 abort'])
  },
)

describe('an epoch that an unsure end has spent', () => {
  const spent = async (...answers: Reply[]): Promise<TransactionWorld> => {
    const world = await TransactionWorld.openWithRecord()
    world.answer('EndTxn', lost)
    world.answer('InitProducerId', ...answers)
    const commit = await world.commit()
    await world.advance(150)
    expect(commit.code).toBe('resolved')
    return world
  }
  const renewals = (world: TransactionWorld): string[] =>
    world.requests().filter((line) => /^(Init|Describe)/.test(line))

  test('is renewed again when the next transaction begins, where that was refused after the end', async () => {
    const world = await spent(refused('INVALID_REQUEST'))
    expect(renewals(world)).toEqual(['DescribeTransactions tx-1', 'InitProducerId 7/0'])
    expect((await world.begin()).code).toBe('resolved')
    expect(renewals(world)).toEqual(['DescribeTransactions tx-1', 'InitProducerId 7/0'])
    const [sent] = await world.sendAll(0, ['a'])
    expect(sent!.error).toBeNull()
    expect(world.requests()).toEqual(['AddPartitionsToTxn 7/1 orders 0', 'Produce 7/1 0#0'])
  })

  test('is told of when the next transaction begins, where it is refused then, too', async () => {
    const world = await spent(refused('INVALID_REQUEST'), refused('INVALID_REQUEST'))
    expect((await world.begin()).code).toBe('INVALID_REQUEST')
    expect((await world.begin()).code).toBe('resolved')
  })

  test('is asked for once by the end and a transaction that is begun meanwhile', async () => {
    const world = await spent(never)
    const begun = await world.begin()
    expect(begun.state).toBe('pending')
    world.ok(world.held('InitProducerId'))
    await world.settle()
    expect(begun.code).toBe('resolved')
    expect(renewals(world)).toEqual(['DescribeTransactions tx-1', 'InitProducerId 7/0'])
  })

  test('that another producer has taken is told of when the next transaction begins', async () => {
    const world = await spent(oldEpoch)
    expect((await world.begin()).error).toMatchObject({ code: 'PRODUCER_FENCED', fatal: true })
    expect(renewals(world)).toEqual([
      'DescribeTransactions tx-1',
      'InitProducerId 7/0',
      'DescribeTransactions tx-1',
    ])
  })

  test('is that behind the fence where a late request had opened a transaction', async () => {
    const world = await TransactionWorld.openWithRecord()
    world.answer('EndTxn', lost)
    world.answer('InitProducerId', fencesWith(world, 'CompleteAbort'))
    await world.commit()
    await world.advance(150)
    expect(renewals(world)).toEqual([
      'DescribeTransactions tx-1',
      'InitProducerId 7/0',
      'DescribeTransactions tx-1',
      'InitProducerId 7/1',
    ])
    await world.oneMore()
    expect(world.requests()).toContain('Produce 7/2 0#0')
  })

  test('is spent, too, where the abort after a commit without an answer is answered at once', async () => {
    const world = await TransactionWorld.openWithRecord()
    world.answer('EndTxn', lost, refused('TRANSACTION_ABORTABLE'))
    const commit = await world.commit()
    await world.advance(150)
    expect(commit.code).toBe('TRANSACTION_ABORTABLE')
    expect(renewals(world)).toEqual([])
    expect((await world.abort()).code).toBe('resolved')
    expect(world.requests()).toEqual([
      'EndTxn 7/0 abort',
      'DescribeTransactions tx-1',
      'InitProducerId 7/0',
    ])
  })

  test('does not outlive the producer, which is closed while it is asked for', async () => {
    const world = await spent(never)
    void world.accumulator.front.close()
    await world.settle()
    world.held('InitProducerId').fail('PRODUCER_CLOSED', true)
    await world.settle()
    expect(world.runtime.pendingTimers).toBe(0)
    expect((await world.begin()).code).toBe('PRODUCER_CLOSED')
  })
})
