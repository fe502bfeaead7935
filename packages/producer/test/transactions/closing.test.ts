import { describe, expect, test } from 'vitest'
import { fenced, good, outcomeOf, refused, TransactionalStand } from './transactional-stand.js'

const closed = { code: 'PRODUCER_CLOSED' }
const ended = { ended: true }

describe('close with an open transaction', () => {
  test('aborts it first, and its records settle as with abort', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    const codes: unknown[] = []
    tx.enqueue(good, (error) => codes.push(error?.code))
    expect(await stand.settled(stand.producer.close())).toEqual(ended)
    expect([stand.transactions.calls, codes]).toEqual([['begin', 'abort'], ['ABORTED']])
    expect(stand.log).toEqual([])
  })

  test('that has failed aborts it, too', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    void tx.send(7 as never)
    expect(await stand.settled(stand.producer.close())).toEqual(ended)
    expect(stand.transactions.calls).toEqual(['begin', 'abort'])
  })

  test('tells onDeliveryError of the records without a callback that it aborts', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    tx.enqueue(good)
    await stand.settled(stand.producer.close())
    expect(stand.unheard).toMatchObject([{ code: 'ABORTED' }])
  })

  test('makes each call of the transaction reject with PRODUCER_CLOSED', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    const close = outcomeOf(stand.producer.close())
    for (const closing of [true, false]) {
      if (!closing) await stand.settle()
      for (const call of [
        () => tx.send(good),
        () => tx.sendMany([good]),
        () => tx.sendOffsets({ groupId: 'g', offsets: [] }),
        () => tx.flush(),
        () => tx.commit(),
        () => tx.abort(),
        () => stand.producer.send(good),
        () => stand.producer.beginTransaction(),
        () => stand.producer.transact(async () => {}),
        () => stand.producer.connect(),
      ])
        await expect(call()).rejects.toMatchObject(closed)
      expect(() => tx.enqueue(good)).toThrow('PRODUCER_CLOSED')
    }
    expect(close).toEqual(ended)
    expect(stand.transactions.calls).toEqual(['begin', 'abort'])
  })

  test('takes no longer than its time, whatever the coordinator does', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    tx.enqueue(good)
    stand.transactions.hold('abort')
    const close = outcomeOf(stand.producer.close({ timeoutMs: 50 }))
    await stand.paced.clock.pass(49)
    expect(close.ended).toBe(false)
    await stand.paced.clock.pass(1)
    stand.paced.failTheRest()
    await stand.settle()
    expect(close).toEqual(ended)
  })

  test('says that it could not abort it', async () => {
    const { stand } = await TransactionalStand.begun()
    stand.transactions.fail('abort', fenced)
    expect(await stand.settled(stand.producer.close())).toEqual(ended)
    expect(stand.log).toEqual([
      expect.stringMatching(/^warn: close\(\) has not aborted.*PRODUCER_FENCED/),
    ])
  })

  test('waits for a commit that is under way', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    const held = stand.transactions.hold('commit')
    const commit = outcomeOf(tx.commit())
    const close = outcomeOf(stand.producer.close())
    await stand.settle()
    expect(close.ended).toBe(false)
    held.succeed()
    await stand.settle()
    expect([commit, close, stand.transactions.calls]).toEqual([ended, ended, ['begin', 'commit']])
  })

  test('aborts what a commit that is under way does not commit', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    tx.enqueue(good)
    const commit = outcomeOf(tx.commit())
    const close = outcomeOf(stand.producer.close())
    await stand.settle()
    stand.paced.refuse(refused)
    await stand.settle()
    expect(commit.error).toMatchObject({ code: 'TRANSACTION_ABORTABLE' })
    expect([close, stand.transactions.calls]).toEqual([ended, ['begin', 'abort']])
  })

  test('makes a commit whose records it fails reject with PRODUCER_CLOSED', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    tx.enqueue(good)
    const commit = outcomeOf(tx.commit())
    const close = outcomeOf(stand.producer.close({ timeoutMs: 0 }))
    await stand.paced.clock.pass(0)
    stand.paced.failTheRest()
    await stand.settle()
    expect(commit.error).toMatchObject({ ...closed, persisted: 'no' })
    expect(close.ended).toBe(true)
  })

  test('leaves await using nothing to do', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    const close = outcomeOf(stand.producer.close())
    await tx[Symbol.asyncDispose]()
    await stand.settle()
    await tx[Symbol.asyncDispose]()
    expect([close, stand.transactions.calls]).toEqual([ended, ['begin', 'abort']])
  })
})

test('close while a transaction begins makes beginTransaction reject with PRODUCER_CLOSED', async () => {
  const stand = new TransactionalStand()
  const held = stand.transactions.hold('begin')
  const begin = outcomeOf(stand.producer.beginTransaction())
  const close = outcomeOf(stand.producer.close())
  await stand.settle()
  held.succeed()
  await stand.settle()
  expect(begin.error).toMatchObject(closed)
  expect(close).toEqual(ended)
})

test('close without an open transaction ends none', async () => {
  const { stand, tx } = await TransactionalStand.begun()
  await stand.settled(tx.commit())
  expect(await stand.settled(stand.producer.close())).toEqual(ended)
  expect(stand.transactions.calls).toEqual(['begin', 'commit'])
})
