import { describe, expect, test } from 'vitest'
import { describedAs } from '../coordinator-call.js'
import { never, TransactionWorld } from '../transaction-world.js'
import { described, lost, refused, type Reply } from './replies.js'

/** Ways to a producer between two transactions that has to ask for another epoch when the next one begins. */
const ways: readonly [way: string, version: 1 | 2, come: (world: TransactionWorld) => unknown][] = [
  ['the cluster goes over to version 2', 1, (world) => (world.clusterVersion = 2)],
  ['the cluster goes back to version 1', 2, (world) => (world.clusterVersion = 1)],
  [
    'its epoch was spent by an end without an answer, and not renewed then',
    1,
    async (world) => {
      await world.begin()
      await world.sendAll(0, ['unsure'])
      world.answer('EndTxn', lost)
      world.answer('InitProducerId', refused('INVALID_REQUEST'))
      await world.commit()
      await world.advance(150)
    },
  ],
  [
    'its sequences are lost, and the epoch was not renewed then',
    1,
    async (world) => {
      await world.begin()
      world.answer('Produce', (call) => call.refuse('INVALID_RECORD'))
      await world.sendAll(0, ['refused'])
      world.answer('InitProducerId', refused('INVALID_REQUEST'))
      await world.abort()
    },
  ],
]

/** What a newer producer may be doing. */
const newer: readonly [what: string, fields: object][] = [
  ['has a transaction open', { transactionState: 'Ongoing' }],
  ['has a transaction open epochs later', { transactionState: 'Ongoing', producerEpoch: 4 }],
  ['has one open under another id', { transactionState: 'Ongoing', producerId: 8n }],
]

/** What the id may stand at between two transactions of a newer producer: the next one may open at any moment. */
const newerBetween: readonly [what: string, fields: object][] = [
  ['has begun, and no transaction yet', { transactionState: 'Empty' }],
  ['is committing', { transactionState: 'PrepareCommit' }],
  ['has committed', { transactionState: 'CompleteCommit' }],
  ['is aborting', { transactionState: 'PrepareAbort' }],
  ['has aborted', { transactionState: 'CompleteAbort' }],
]

const questions = (world: TransactionWorld): string[] =>
  world.requests().filter((line) => /^(Init|Describe)/.test(line))

async function between(
  version: 1 | 2,
  come: (world: TransactionWorld) => unknown,
): Promise<TransactionWorld> {
  const world = new TransactionWorld({ version })
  world.next = { id: 7n, epoch: version === 1 ? 0 : -1 }
  if (version === 2) world.next = { id: 7n, epoch: 0 }
  await world.initialize()
  await come(world)
  world.requests()
  return world
}

describe.each(ways)('between two transactions, where %s,', (_, version, come) => {
  test.each(newer)(
    'a producer does not ask for an epoch where a newer one %s, since that would abort it',
    async (__, fields) => {
      const world = await between(version, come)
      world.answer('DescribeTransactions', described(fields), described(fields))
      expect((await world.begin()).error).toMatchObject({ code: 'PRODUCER_FENCED', fatal: true })
      expect(questions(world)).not.toContain('InitProducerId 7/0')
      expect((await world.begin()).code).toBe('PRODUCER_FENCED')
      expect(questions(world)).toEqual([])
    },
  )

  test('a producer asks for the next epoch where the id is still its own', async () => {
    const world = await between(version, come)
    expect((await world.begin()).code).toBe('resolved')
    expect(questions(world)).toEqual(['DescribeTransactions tx-1', 'InitProducerId 7/0'])
  })

  test.each<[string, Reply]>([
    ['is too old to tell', (call) => call.fail('UNSUPPORTED_VERSION', false)],
    ['may not tell', refused('TRANSACTIONAL_ID_AUTHORIZATION_FAILED')],
    ['has forgotten the id', refused('TRANSACTIONAL_ID_NOT_FOUND')],
    ['cannot tell', refused('UNKNOWN_SERVER_ERROR')],
  ])('a producer goes by InitProducerId alone where the coordinator %s', async (__, answer) => {
    const world = await between(version, come)
    world.answer('DescribeTransactions', answer)
    expect((await world.begin()).code).toBe('resolved')
    expect(questions(world)).toEqual(['DescribeTransactions tx-1', 'InitProducerId 7/0'])
  })

  test('a producer that another is faster than after its look is fenced', async () => {
    const world = await between(version, come)
    world.answer('InitProducerId', refused('PRODUCER_FENCED'))
    world.answer('DescribeTransactions', described({ producerEpoch: 0 }), described({}))
    expect((await world.begin()).error).toMatchObject({ code: 'PRODUCER_FENCED', fatal: true })
  })
})

describe.each(ways.filter(([way]) => !way.includes('without an answer')))(
  'between two transactions, where %s and every request was answered,',
  (_, version, come) => {
    test.each(newerBetween)(
      'a producer does not ask for an epoch where a newer one %s',
      async (__, fields) => {
        const world = await between(version, come)
        world.answer('DescribeTransactions', described(fields))
        expect((await world.begin()).code).toBe('PRODUCER_FENCED')
        expect(questions(world)).toEqual(['DescribeTransactions tx-1'])
      },
    )
  },
)

describe('a producer that asks for the next epoch looks again', () => {
  const asking = async (...answers: Reply[]): Promise<TransactionWorld> => {
    const world = await between(1, (one) => (one.clusterVersion = 2))
    world.answer('InitProducerId', ...answers)
    return world
  }

  test.each<[string, Reply]>([
    ['gets no answer', lost],
    ['finds a coordinator that has moved', refused('NOT_COORDINATOR')],
    ['finds a transaction that is ending', refused('CONCURRENT_TRANSACTIONS')],
  ])('before it repeats the question where it %s', async (_, answer) => {
    const world = await asking(answer)
    const begun = await world.begin()
    world.passTo('Ongoing')
    await world.advance(400)
    expect(begun.code).toBe('PRODUCER_FENCED')
    expect(questions(world).filter((line) => line.startsWith('Init'))).toHaveLength(1)
  })

  test('after it has waited for a broker that was away', async () => {
    const world = await asking(never)
    world.answer('DescribeTransactions', (call) => {
      call.respond(describedAs({ producerId: 7n, producerEpoch: 0, transactionState: 'Empty' }))
      world.network.down(2)
    })
    const begun = await world.begin()
    await world.advance(5_000)
    expect(questions(world)).toEqual(['DescribeTransactions tx-1'])
    world.network.up(2)
    world.passTo('Ongoing')
    await world.advance(2_000)
    expect(begun.code).toBe('PRODUCER_FENCED')
    expect(questions(world)).not.toContain('InitProducerId 7/0')
  })

  test('and goes on where its own question had been carried out, though the answer was lost', async () => {
    const world = await asking(lost)
    const begun = await world.begin()
    world.passTo('Empty')
    world.answer('InitProducerId', (call) => call.ok({ producerId: 7n, producerEpoch: 1 }))
    await world.advance(400)
    expect(begun.code).toBe('resolved')
    expect(questions(world)).toEqual([
      'DescribeTransactions tx-1',
      'InitProducerId 7/0',
      'DescribeTransactions tx-1',
      'InitProducerId 7/0',
    ])
  })

  test('when the next transaction begins, though its own lost question may have moved the id before it was refused', async () => {
    const world = await asking(lost, refused('INVALID_REQUEST'))
    const begun = await world.begin()
    await world.advance(400)
    expect(begun.code).toBe('INVALID_REQUEST')
    world.passTo('Empty')
    world.answer('InitProducerId', (call) => call.ok({ producerId: 7n, producerEpoch: 1 }))
    expect((await world.begin()).code).toBe('resolved')
  })
})

describe('in version 1 a producer whose place another has taken while it had no transaction open', () => {
  test('does not take the epoch of that one, which has aborted a transaction of its own', async () => {
    const world = await TransactionWorld.open()
    world.answer('AddPartitionsToTxn', refused('PRODUCER_FENCED'))
    world.answer('EndTxn', refused('PRODUCER_FENCED'))
    world.passTo('CompleteAbort')
    await world.sendAll(0, ['zombie'])
    expect((await world.abort()).error).toMatchObject({ code: 'PRODUCER_FENCED', fatal: true })
    expect(questions(world)).toEqual([])
  })

  test('does so not by offsets either', async () => {
    const world = await TransactionWorld.open()
    world.answer('AddOffsetsToTxn', refused('INVALID_PRODUCER_EPOCH'))
    world.answer('EndTxn', refused('PRODUCER_FENCED'))
    world.passTo('CompleteAbort')
    expect((await world.sendOffsets()).error).toMatchObject({ code: 'PRODUCER_FENCED' })
    expect(questions(world)).toEqual([])
  })
})
