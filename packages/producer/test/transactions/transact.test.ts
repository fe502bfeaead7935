import { KafkaError } from '@sluice/protocol'
import { describe, expect, test } from 'vitest'
import type { Transaction } from '../../src/index.js'
import {
  fenced,
  good,
  commitMs,
  maxBlockMs,
  outcomeOf,
  refused,
  tooLarge,
  TransactionalStand,
} from './transactional-stand.js'

const ended = { ended: true }
const notCommitted = new KafkaError('TRANSACTION_ABORTABLE', 'told by the test', {
  persisted: 'no',
})

test('transact commits after the work, and gives what the work gives', async () => {
  const stand = new TransactionalStand()
  const work = async (tx: Transaction): Promise<number> => {
    tx.enqueue(good)
    return 7
  }
  const outcome = outcomeOf(stand.producer.transact(work))
  await stand.settle()
  stand.paced.acknowledge()
  await stand.settle()
  expect(outcome).toEqual({ ended: true, result: 7 })
  expect(stand.transactions.calls).toEqual(['begin', 'commit'])
})

test.each([undefined, null, {}, 'work'])(
  'transact of %o is refused, and begins nothing',
  async (work) => {
    const stand = new TransactionalStand()
    const { error } = await stand.settled(stand.producer.transact(work as never))
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT' })
    expect(stand.transactions.calls).toEqual([])
  },
)

describe('when the work throws, transact', () => {
  test.each([new Error('mine'), 'mine', undefined, Object.freeze(new Error('mine'))])(
    'aborts, and rejects with %o itself',
    async (mine) => {
      const stand = new TransactionalStand()
      const failed = stand.producer.transact(() => Promise.reject(mine))
      expect((await stand.settled(failed)).error).toBe(mine)
      expect(stand.transactions.calls).toEqual(['begin', 'abort'])
      expect(stand.log).toEqual([])
      await stand.producer.beginTransaction()
    },
  )

  test('synchronously aborts all the same', async () => {
    const stand = new TransactionalStand()
    const mine = new Error('mine')
    const failed = stand.producer.transact(() => {
      throw mine
    })
    expect((await stand.settled(failed)).error).toBe(mine)
    expect(stand.transactions.calls).toEqual(['begin', 'abort'])
  })

  test('in a transaction that has failed already, lets no rejection of the send go unhandled', async () => {
    const stand = new TransactionalStand()
    const mine = new Error('mine')
    const failed = stand.producer.transact(async (tx) => {
      void tx.send(tooLarge)
      throw mine
    })
    expect((await stand.settled(failed)).error).toBe(mine)
    expect(stand.transactions.calls).toEqual(['begin', 'abort'])
  })

  test('and the abort fails, puts that into the cause of the error, and into the log', async () => {
    const stand = new TransactionalStand()
    stand.transactions.hold('abort')
    const failed = outcomeOf(stand.producer.transact(() => Promise.reject(new Error('mine'))))
    await stand.paced.clock.pass(maxBlockMs)
    expect(failed.error).toMatchObject({ message: 'mine', cause: { code: 'TRANSACTION_TIMEOUT' } })
    expect(stand.log).toEqual([expect.stringMatching(/^warn: .*abort.*TRANSACTION_TIMEOUT/)])
  })

  test('and the abort fails, and the coordinator comes back, the next transact works', async () => {
    const stand = new TransactionalStand()
    const held = stand.transactions.hold('abort')
    outcomeOf(stand.producer.transact(() => Promise.reject(new Error('mine'))))
    await stand.paced.clock.pass(maxBlockMs)
    const next = outcomeOf(stand.producer.transact(async () => 7))
    held.succeed()
    await stand.settle()
    expect(next).toEqual({ ended: true, result: 7 })
  })

  test.each([
    ['frozen', () => Object.freeze(new Error('mine'))],
    ['an Error with a cause', () => new Error('mine', { cause: 'this' })],
    ['no Error', () => 'mine'],
  ])('and the abort fails, leaves what was thrown alone where it is %s', async (_, make) => {
    const stand = new TransactionalStand()
    stand.transactions.fail('abort', refused)
    const mine = make()
    const cause: unknown = (mine as Error).cause
    const failed = stand.producer.transact(() => Promise.reject(mine))
    expect((await stand.settled(failed)).error).toBe(mine)
    expect((mine as Error).cause).toBe(cause)
    expect(stand.log).toHaveLength(1)
  })

  test('what the abort rejects with, too, makes no error its own cause', async () => {
    const stand = new TransactionalStand()
    stand.transactions.fail('abort', fenced)
    const failed = stand.producer.transact(() => Promise.reject(fenced))
    expect((await stand.settled(failed)).error).toBe(fenced)
    expect(fenced.cause).toBeUndefined()
    const later = new KafkaError('PRODUCER_FENCED', 'later', { cause: fenced })
    const other = new TransactionalStand()
    other.transactions.fail('abort', later)
    expect((await other.settled(other.producer.transact(() => Promise.reject(fenced)))).error).toBe(
      fenced,
    )
    expect(fenced.cause).toBeUndefined()
  })
})

describe('when the commit fails, transact', () => {
  test('aborts where it asks for that, and rejects with the error of the commit', async () => {
    const stand = new TransactionalStand()
    stand.transactions.fail('commit', notCommitted)
    expect((await stand.settled(stand.producer.transact(async () => 7))).error).toBe(notCommitted)
    expect(stand.transactions.calls).toEqual(['begin', 'commit', 'abort'])
  })

  test('over a send that is not awaited aborts, and rejects with the error of the commit', async () => {
    const stand = new TransactionalStand()
    const failed = stand.producer.transact(async (tx) => void tx.send(tooLarge))
    expect((await stand.settled(failed)).error).toMatchObject({
      code: 'TRANSACTION_ABORTABLE',
      cause: { code: 'RECORD_TOO_LARGE' },
    })
    expect(stand.transactions.calls).toEqual(['begin', 'abort'])
  })

  test('and the abort, too, rejects with the error of the commit, and logs the other', async () => {
    const stand = new TransactionalStand()
    stand.transactions.fail('commit', notCommitted)
    stand.transactions.fail('abort', refused)
    expect((await stand.settled(stand.producer.transact(async () => 7))).error).toBe(notCommitted)
    expect(stand.log).toEqual([expect.stringMatching(/^warn: .*TOPIC_AUTHORIZATION_FAILED/)])
  })

  test('by its time does not abort, for it may be committed', async () => {
    const stand = new TransactionalStand()
    const held = stand.transactions.hold('commit')
    const failed = outcomeOf(stand.producer.transact(async () => 7))
    await stand.paced.clock.pass(commitMs)
    expect(failed.error).toMatchObject({ code: 'TRANSACTION_TIMEOUT', persisted: 'possibly' })
    held.succeed()
    expect(await stand.settled(stand.producer.transact(async () => 8))).toMatchObject({ result: 8 })
    expect(stand.transactions.calls).toEqual(['begin', 'commit', 'begin', 'commit'])
  })

  test('for another producer has the id, neither aborts nor begins anew', async () => {
    const stand = new TransactionalStand()
    stand.transactions.fail('commit', fenced)
    expect((await stand.settled(stand.producer.transact(async () => 7))).error).toBe(fenced)
    stand.transactions.fail('begin', fenced)
    expect((await stand.settled(stand.producer.transact(async () => 7))).error).toBe(fenced)
    expect(stand.transactions.calls).toEqual(['begin', 'commit', 'begin'])
  })
})

describe('what the work has ended itself', () => {
  test.each(['commit', 'abort'] as const)('by %s is not ended again', async (end) => {
    const stand = new TransactionalStand()
    const work = async (tx: Transaction): Promise<number> => {
      await tx[end]()
      return 7
    }
    expect(await stand.settled(stand.producer.transact(work))).toMatchObject({ result: 7 })
    expect(stand.transactions.calls).toEqual(['begin', end])
  })

  test.each(['commit', 'abort'] as const)(
    'by %s without waiting for it is waited for',
    async (end) => {
      const stand = new TransactionalStand()
      const held = stand.transactions.hold(end)
      const done = outcomeOf(stand.producer.transact(async (tx) => void tx[end]()))
      await stand.settle()
      expect(done.ended).toBe(false)
      held.succeed()
      await stand.settle()
      expect([done, stand.transactions.calls]).toEqual([ended, ['begin', end]])
    },
  )

  test.each(['commit', 'abort'] as const)(
    'by %s before it throws is not ended again',
    async (end) => {
      const stand = new TransactionalStand()
      const mine = new Error('mine')
      const work = async (tx: Transaction): Promise<void> => {
        await tx[end]()
        throw mine
      }
      expect((await stand.settled(stand.producer.transact(work))).error).toBe(mine)
      expect([stand.transactions.calls, stand.log]).toEqual([['begin', end], []])
    },
  )
})
