import { KafkaError } from '@sluice/protocol'
import { describe, expect, test } from 'vitest'
import {
  fenced,
  good,
  outcomeOf,
  refused,
  tooLarge,
  TransactionalStand,
} from './transactional-stand.js'

const notCommitted = new KafkaError('TRANSACTION_ABORTABLE', 'told by the test', {
  persisted: 'no',
})
const perhapsCommitted = new KafkaError('REQUEST_TIMEOUT', 'told by the test', {
  persisted: 'possibly',
})
const ended = { ended: true }

describe('commit', () => {
  test('of an empty transaction asks the sending half at once', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    expect(await stand.settled(tx.commit())).toEqual(ended)
    expect(stand.transactions.calls).toEqual(['begin', 'commit'])
  })

  test('takes along what is not awaited, and ends the transaction after all of it has settled', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    void tx.send(good)
    void tx.sendMany([good, good])
    tx.enqueue(good)
    void tx.send({ topic: 'new', value: '' })
    const commit = outcomeOf(tx.commit())
    await stand.settle()
    expect(stand.paced.acknowledge()).toBe(4)
    await stand.settle()
    expect(stand.transactions.calls).toEqual(['begin'])
    stand.paced.learn('new')
    expect(stand.paced.acknowledge()).toBe(1)
    await stand.settle()
    expect([commit, stand.transactions.calls]).toEqual([ended, ['begin', 'commit']])
  })

  test('resolves after the callbacks of all records', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    let called = 0
    for (let record = 0; record < 100; record++) tx.enqueue(good, () => called++)
    const seen = tx.commit().then(() => called)
    stand.paced.acknowledgeAll()
    expect((await stand.settled(seen)).result).toBe(100)
  })

  test('rejects after the callbacks of all records, of those, too, that were refused within their call', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    const codes: unknown[] = []
    tx.enqueue(good, (error) => codes.push(error?.code))
    tx.enqueue(tooLarge, (error) => codes.push(error?.code))
    const seen = tx.commit().catch(() => [...codes])
    stand.paced.acknowledge()
    const { result } = await stand.settled(seen)
    expect(result).toHaveLength(2)
    expect(result).toEqual(expect.arrayContaining([undefined, 'RECORD_TOO_LARGE']))
  })

  test('that a getter of a record calls waits for that record, too', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    let commit!: Promise<void>
    const record = {
      topic: 't',
      get value() {
        commit = tx.commit()
        return ''
      },
    }
    const sent = outcomeOf(tx.send(record))
    const outcome = outcomeOf(commit)
    await stand.settle()
    expect(outcome.ended).toBe(false)
    stand.paced.acknowledge()
    await stand.settle()
    expect([sent.ended, outcome]).toEqual([true, ended])
  })

  test('that is called again while it is under way waits for the same end', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    const held = stand.transactions.hold('commit')
    const commits = [outcomeOf(tx.commit()), outcomeOf(tx.commit())]
    await stand.settle()
    commits.push(outcomeOf(tx.commit()))
    held.succeed()
    await stand.settle()
    expect(commits).toEqual([ended, ended, ended])
    expect(stand.transactions.calls).toEqual(['begin', 'commit'])
  })

  test('that is surely not done leaves an abort to do, and then the next transaction', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    stand.transactions.fail('commit', notCommitted)
    expect((await stand.settled(tx.commit())).error).toBe(notCommitted)
    expect((await stand.settled(tx.commit())).error).toMatchObject({
      code: 'TRANSACTION_ABORTABLE',
      cause: notCommitted,
    })
    expect((await stand.settled(tx.send(good))).error).toMatchObject({ cause: notCommitted })
    expect(await stand.settled(tx.abort())).toEqual(ended)
    const next = await stand.producer.beginTransaction()
    expect(await stand.settled(next.commit())).toEqual(ended)
    expect(stand.transactions.calls).toEqual(['begin', 'commit', 'abort', 'begin', 'commit'])
  })

  test('that is perhaps done, and cannot be found out, stays so when it is called again, and an abort goes on', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    const detail = 'the coordinator has aborted this one or the one before'
    const unsure = new KafkaError('TRANSACTION_ABORTABLE', detail, { persisted: 'possibly' })
    stand.transactions.fail('commit', unsure)
    expect((await stand.settled(tx.commit())).error).toBe(unsure)
    for (let call = 0; call < 2; call++)
      expect((await stand.settled(tx.commit())).error).toMatchObject({
        code: 'TRANSACTION_ABORTABLE',
        persisted: 'possibly',
        cause: unsure,
        message: expect.stringMatching(/it may be committed.*only abort\(\) works/),
      })
    // It was never sent.
    expect((await stand.settled(tx.send(good))).error).toMatchObject({ persisted: 'no' })
    expect(await stand.settled(tx.abort())).toEqual(ended)
    expect(stand.transactions.calls).toEqual(['begin', 'commit', 'abort'])
  })

  test('that is perhaps done and fenced then stays so when it is called again', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    const unsure = new KafkaError('PRODUCER_FENCED', 'fenced', { persisted: 'possibly' })
    stand.transactions.fail('commit', unsure)
    for (let call = 0; call < 3; call++)
      expect((await stand.settled(tx.commit())).error).toMatchObject({
        code: 'PRODUCER_FENCED',
        persisted: 'possibly',
      })
    expect(stand.transactions.calls).toEqual(['begin', 'commit'])
  })

  test('that is perhaps done can be called again, and not be aborted', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    stand.transactions.fail('commit', perhapsCommitted)
    expect((await stand.settled(tx.commit())).error).toBe(perhapsCommitted)
    const { error } = await stand.settled(tx.abort())
    expect(error).toMatchObject({ code: 'ILLEGAL_STATE' })
    expect(String(error)).toMatch(/may be committed; call commit\(\) again/)
    expect(await stand.settled(tx.commit())).toEqual(ended)
    expect(stand.transactions.calls).toEqual(['begin', 'commit', 'commit'])
  })

  test('of a fenced producer rejects with what the sending half says, and so does every later call', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    stand.transactions.fail('commit', fenced)
    expect((await stand.settled(tx.commit())).error).toBe(fenced)
    expect((await stand.settled(tx.commit())).error).toBe(fenced)
    expect((await stand.settled(tx.abort())).error).toBe(fenced)
    expect((await stand.settled(tx.send(good))).error).toMatchObject({
      code: 'PRODUCER_FENCED',
      persisted: 'no',
      cause: fenced,
    })
    stand.transactions.fail('begin', fenced)
    expect((await stand.settled(stand.producer.beginTransaction())).error).toBe(fenced)
  })
})

describe('abort', () => {
  test('fails in the order of the partition what was sent and what was not', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    const told: unknown[] = []
    const enqueue = (value: string): unknown =>
      tx.enqueue({ topic: 't', value }, (error) =>
        told.push([value, error?.code, error?.persisted]),
      )
    const large = 'x'.repeat(15_000)
    enqueue(`${large}1`)
    enqueue(`${large}2`)
    tx.enqueue({ topic: 'new', value: '' }, (error) => told.push(['new', error?.code]))
    const held = stand.transactions.hold('abort')
    const abort = outcomeOf(tx.abort())
    await stand.settle()
    expect([told, abort.ended]).toEqual([[], false])
    held.succeed()
    await stand.settle()
    expect(abort).toEqual(ended)
    expect(told.filter((one) => (one as string[])[0] !== 'new')).toEqual([
      [`${large}1`, 'ABORTED', 'no'],
      [`${large}2`, 'ABORTED', 'no'],
    ])
    expect(told).toContainEqual(['new', 'ABORTED'])
  })

  test('resolves after everything has settled and all callbacks have run', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    stand.transactions.onAborted = () => {}
    let called = 0
    for (let record = 0; record < 3; record++)
      tx.enqueue({ topic: 't', value: 'x'.repeat(15_000) }, () => called++)
    const seen = outcomeOf(tx.abort().then(() => called))
    await stand.settle()
    expect(seen.ended, 'two batches are in flight').toBe(false)
    stand.paced.acknowledgeAll()
    await stand.settle()
    expect(seen.result).toBe(3)
  })

  test('is no failure to report: neither promises nor records without a callback tell of it', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    void tx.send(good)
    void tx.sendMany([good])
    tx.enqueue(good)
    expect(await stand.settled(tx.abort())).toEqual(ended)
    expect([stand.unheard, stand.log]).toEqual([[], []])
  })

  test('resolves again once it has resolved, and joins one that is under way', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    const held = stand.transactions.hold('abort')
    const aborts = [outcomeOf(tx.abort()), outcomeOf(tx.abort())]
    held.succeed()
    await stand.settle()
    aborts.push(await stand.settled(tx.abort()))
    expect(aborts).toEqual([ended, ended, ended])
    expect(stand.transactions.calls).toEqual(['begin', 'abort'])
  })

  test('that has failed can be called again', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    stand.transactions.fail('abort', refused)
    expect((await stand.settled(tx.abort())).error).toBe(refused)
    expect(await stand.settled(tx.abort())).toEqual(ended)
  })

  test('of a fenced producer rejects with PRODUCER_FENCED', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    stand.transactions.fail('abort', fenced)
    expect((await stand.settled(tx.abort())).error).toBe(fenced)
    expect((await stand.settled(tx.abort())).error).toBe(fenced)
    expect((await stand.settled(tx.send(good))).error).toMatchObject({ code: 'PRODUCER_FENCED' })
  })

  test('lets no failure of its records reach the next transaction', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    void tx.send(good)
    await stand.settled(tx.abort())
    const next = await stand.producer.beginTransaction()
    void next.send(good)
    const commit = outcomeOf(next.commit())
    await stand.settle()
    stand.paced.acknowledge()
    await stand.settle()
    expect(commit).toEqual(ended)
  })
})

describe('flush', () => {
  test('of the producer waits for acknowledgements, and not for the commit', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    tx.enqueue(good)
    const flush = outcomeOf(stand.producer.flush())
    await stand.settle()
    expect(flush.ended).toBe(false)
    stand.paced.refuse(refused)
    await stand.settle()
    expect([flush, stand.transactions.calls]).toEqual([ended, ['begin']])
  })

  test('of the transaction resolves when everything has arrived, offsets included', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    tx.enqueue(good)
    const held = stand.transactions.hold('sendOffsets')
    void tx.sendOffsets({ groupId: 'g', offsets: [{ topic: 't', partition: 0, offset: 1 }] })
    const flush = outcomeOf(tx.flush())
    stand.paced.acknowledge()
    await stand.settle()
    expect(flush.ended).toBe(false)
    held.succeed()
    await stand.settle()
    expect(flush).toEqual(ended)
  })

  test('of the transaction rejects with the first failure, once everything has settled', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    tx.enqueue(good)
    const flush = outcomeOf(tx.flush())
    await stand.settle()
    stand.paced.refuse(refused)
    void tx.send(tooLarge)
    await stand.settle()
    expect(flush.error).toMatchObject({ code: refused.code })
    expect((await stand.settled(tx.flush())).error).toBe(flush.error)
  })

  test('of the transaction ends with its signal', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    tx.enqueue(good)
    const aborting = new AbortController()
    const flush = outcomeOf(tx.flush({ signal: aborting.signal }))
    aborting.abort()
    await stand.settle()
    expect(flush.error).toMatchObject({ code: 'ABORTED' })
    expect((await stand.settled(tx.flush({ signal: aborting.signal }))).error).toMatchObject({
      code: 'ABORTED',
    })
    const wrong = tx.flush({ signal: 1 as never })
    expect((await stand.settled(wrong)).error).toMatchObject({ code: 'INVALID_ARGUMENT' })
  })
})
