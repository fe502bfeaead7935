import nodeTimers from 'node:timers'
import { KafkaError } from '@sluice/protocol'
import { describe, expect, test, vi } from 'vitest'
import {
  fenced,
  good,
  commitMs,
  outcomeOf,
  refused,
  tooLarge,
  TransactionalStand,
} from './transactional-stand.js'

const ended = { ended: true }
const timedOut = { code: 'TRANSACTION_TIMEOUT', retriable: true }

async function passed(stand: TransactionalStand): Promise<void> {
  await stand.paced.clock.pass(commitMs)
}

describe('a commit that takes longer than maxBlockMs', () => {
  test('rejects then, may be committed, and called again waits for the same end', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    const held = stand.transactions.hold('commit')
    const commit = outcomeOf(tx.commit())
    await stand.paced.clock.pass(commitMs - 1)
    expect(commit.ended).toBe(false)
    await stand.paced.clock.pass(1)
    expect(commit.error).toMatchObject({ ...timedOut, persisted: 'possibly' })
    expect(String(commit.error)).toMatch(
      /commit\(\) .* maxBlockMs \(500 ms\).*call commit\(\) again/,
    )
    expect((await stand.settled(tx.abort())).error).toMatchObject({ code: 'ILLEGAL_STATE' })
    const again = outcomeOf(tx.commit())
    await stand.settle()
    expect(again.ended).toBe(false)
    held.succeed()
    await stand.settle()
    expect([again, stand.transactions.calls]).toEqual([ended, ['begin', 'commit']])
  })

  test('and ends while nobody waits is told to the next call, once', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    const held = stand.transactions.hold('commit')
    const commit = outcomeOf(tx.commit())
    await passed(stand)
    held.succeed()
    await stand.settle()
    expect(commit.error).toMatchObject(timedOut)
    expect((await stand.settled(tx.abort())).error).toMatchObject({ code: 'ILLEGAL_STATE' })
    expect(await stand.settled(tx.commit())).toEqual(ended)
    expect((await stand.settled(tx.commit())).error).toMatchObject({ code: 'ILLEGAL_STATE' })
    expect(stand.transactions.calls).toEqual(['begin', 'commit'])
  })

  test('as its records have waited for as long rejects with what these wait for', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    tx.enqueue({ topic: 'unknown', value: '' })
    const commit = outcomeOf(tx.commit())
    await passed(stand)
    expect(commit.error).toMatchObject({
      code: 'TRANSACTION_ABORTABLE',
      cause: { code: 'METADATA_TIMEOUT' },
    })
  })

  test('because records do not settle goes on when they do', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    tx.enqueue(good)
    const commit = outcomeOf(tx.commit())
    await passed(stand)
    expect(commit.error).toMatchObject(timedOut)
    stand.paced.acknowledge()
    await stand.settle()
    expect(stand.transactions.calls).toEqual(['begin', 'commit'])
    expect(await stand.settled(tx.commit())).toEqual(ended)
  })

  test('and then fails tells the next call, after which the abort works', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    tx.enqueue(good)
    outcomeOf(tx.commit())
    await passed(stand)
    stand.paced.refuse(refused)
    await stand.settle()
    expect((await stand.settled(tx.commit())).error).toMatchObject({
      code: 'TRANSACTION_ABORTABLE',
      cause: { code: refused.code },
    })
    const begin = await stand.settled(stand.producer.beginTransaction())
    expect(begin.error, 'its failure was told').toMatchObject({ code: 'ILLEGAL_STATE' })
    expect(await stand.settled(tx.abort())).toEqual(ended)
  })

  test('lets the next transaction begin as soon as its end is known', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    const held = stand.transactions.hold('commit')
    outcomeOf(tx.commit())
    await passed(stand)
    const begin = outcomeOf(stand.producer.beginTransaction())
    await stand.settle()
    expect([begin.ended, stand.transactions.calls]).toEqual([false, ['begin', 'commit']])
    held.succeed()
    await stand.settle()
    expect(stand.transactions.calls).toEqual(['begin', 'commit', 'begin'])
    expect((await stand.settled(tx.send(good))).error).toMatchObject({ code: 'ILLEGAL_STATE' })
    expect(await stand.settled(begin.result!.commit())).toEqual(ended)
  })

  test.each(['before', 'after'])(
    'and fails %s the next beginTransaction, untold, is aborted by that, which is logged',
    async (when) => {
      const { stand, tx } = await TransactionalStand.begun()
      tx.enqueue(good)
      outcomeOf(tx.commit())
      await passed(stand)
      const fail = async (): Promise<void> => {
        stand.paced.refuse(refused)
        await stand.settle()
      }
      if (when === 'before') await fail()
      const begin = outcomeOf(stand.producer.beginTransaction())
      if (when === 'after') await fail()
      await stand.settle()
      expect(stand.transactions.calls).toEqual(['begin', 'abort', 'begin'])
      expect(await stand.settled(begin.result!.commit())).toEqual(ended)
      expect(stand.log).toEqual([
        expect.stringMatching(/^warn: .*commit.*TOPIC_AUTHORIZATION_FAILED/),
      ])
    },
  )

  test('and ends in a fencing makes the next beginTransaction reject', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    const held = stand.transactions.hold('commit')
    outcomeOf(tx.commit())
    await passed(stand)
    held.fail(fenced)
    stand.transactions.fail('begin', fenced)
    expect((await stand.settled(stand.producer.beginTransaction())).error).toBe(fenced)
    expect((await stand.settled(tx.commit())).error).toBe(fenced)
  })
})

describe('an abort that takes longer than maxBlockMs', () => {
  test('rejects then, and called again waits for the same end', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    const held = stand.transactions.hold('abort')
    const abort = outcomeOf(tx.abort())
    await passed(stand)
    expect(abort.error).toMatchObject(timedOut)
    expect(abort.error?.persisted).toBeUndefined()
    const again = outcomeOf(tx.abort())
    held.succeed()
    await stand.settle()
    expect([again, stand.transactions.calls]).toEqual([ended, ['begin', 'abort']])
  })

  test('and ends while nobody waits is told to the next call', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    const held = stand.transactions.hold('abort')
    outcomeOf(tx.abort())
    await passed(stand)
    held.succeed()
    await stand.settle()
    expect(await stand.settled(tx.abort())).toEqual(ended)
    expect(stand.transactions.calls).toEqual(['begin', 'abort'])
  })

  test('lets the next transaction begin as soon as its end is known', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    const held = stand.transactions.hold('abort')
    void tx.send(tooLarge)
    outcomeOf(tx.abort())
    await passed(stand)
    const begin = outcomeOf(stand.producer.beginTransaction())
    await stand.settle()
    expect(begin.ended).toBe(false)
    held.succeed()
    await stand.settle()
    expect(await stand.settled(begin.result!.commit())).toEqual(ended)
    expect(stand.transactions.calls).toEqual(['begin', 'abort', 'begin', 'commit'])
  })
})

describe('a beginTransaction that takes longer than maxBlockMs', () => {
  test('rejects then, and called again gives the transaction that has begun', async () => {
    const stand = new TransactionalStand()
    const held = stand.transactions.hold('begin')
    const begin = outcomeOf(stand.producer.beginTransaction())
    await passed(stand)
    expect(begin.error).toMatchObject(timedOut)
    held.succeed()
    await stand.settle()
    const tx = await stand.producer.beginTransaction()
    expect(stand.transactions.calls).toEqual(['begin'])
    expect(await stand.settled(tx.commit())).toEqual(ended)
  })

  test('while it waits for the end before it rejects then, and called again goes on', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    const held = stand.transactions.hold('abort')
    outcomeOf(tx.abort())
    await passed(stand)
    const begin = outcomeOf(stand.producer.beginTransaction())
    await passed(stand)
    expect(begin.error).toMatchObject(timedOut)
    const again = outcomeOf(stand.producer.beginTransaction())
    held.succeed()
    await stand.settle()
    expect(again.error).toBeUndefined()
    expect(stand.transactions.calls).toEqual(['begin', 'abort', 'begin'])
  })

  test('and fails while nobody waits is asked anew', async () => {
    const stand = new TransactionalStand()
    const held = stand.transactions.hold('begin')
    outcomeOf(stand.producer.beginTransaction())
    await passed(stand)
    held.fail(refused)
    await stand.settle()
    await stand.producer.beginTransaction()
    expect(stand.transactions.calls).toEqual(['begin', 'begin'])
  })
})

describe('connect of a transactional producer', () => {
  test('connects, and then initializes', async () => {
    const calls: string[] = []
    const connect = async (): Promise<void> => void calls.push('connect')
    const stand = new TransactionalStand({ sendingHalf: { connect } })
    const { transactions } = stand
    const initialize = transactions.initialize.bind(transactions)
    transactions.initialize = () => (calls.push('initialize'), initialize())
    expect(await stand.settled(stand.producer.connect())).toEqual(ended)
    expect(calls).toEqual(['connect', 'initialize'])
  })

  test('rejects with what the cluster refuses the id with, and the next call asks again', async () => {
    const stand = new TransactionalStand()
    const error = new KafkaError('INVALID_TRANSACTION_TIMEOUT', 'told by the test')
    stand.transactions.fail('initialize', error)
    expect((await stand.settled(stand.producer.connect())).error).toBe(error)
    expect(await stand.settled(stand.producer.connect())).toEqual(ended)
  })

  test('takes maxBlockMs at most', async () => {
    const stand = new TransactionalStand()
    stand.transactions.hold('initialize')
    const connect = outcomeOf(stand.producer.connect())
    await passed(stand)
    expect(connect.error).toMatchObject(timedOut)
    expect(String(connect.error)).toMatch(/connect\(\)/)
  })

  test('ends with its signal', async () => {
    const stand = new TransactionalStand()
    const timers = stand.paced.clock.pendingTimers
    stand.transactions.hold('initialize')
    const aborting = new AbortController()
    const connect = outcomeOf(stand.producer.connect({ signal: aborting.signal }))
    await stand.settle()
    aborting.abort()
    await stand.settle()
    expect(connect.error).toMatchObject({ code: 'ABORTED' })
    expect(stand.paced.clock.pendingTimers).toBe(timers)
  })
})

test('the process is kept alive while a caller waits, and no longer', async () => {
  const timers = vi.spyOn(nodeTimers, 'setInterval')
  const alive = (): boolean => timers.mock.results.some(({ value }) => value.hasRef())
  const stand = new TransactionalStand()
  stand.transactions.hold('begin')
  const begin = outcomeOf(stand.producer.beginTransaction())
  await stand.settle()
  expect(alive()).toBe(true)
  await passed(stand)
  expect([begin.ended, alive()]).toEqual([true, false])
  timers.mockRestore()
})

test('no timer is left when calls have ended in time', async () => {
  const stand = new TransactionalStand()
  const timers = stand.paced.clock.pendingTimers
  const tx = await stand.producer.beginTransaction()
  await stand.settled(tx.commit())
  const next = await stand.producer.beginTransaction()
  await stand.settled(next.abort())
  expect(stand.paced.clock.pendingTimers).toBe(timers)
})
