import { KafkaError, type ProducerRecord } from '@sluice/protocol'
import { describe, expect, test } from 'vitest'
import type { Transaction } from '../../src/index.js'
import {
  fenced,
  good,
  outcomeOf,
  refused,
  tooLarge,
  TransactionalStand,
} from './transactional-stand.js'

const doomed = { code: 'TRANSACTION_ABORTABLE', abortable: true, persisted: 'no' }
const noTopic = { topic: 'not legal', value: '' }

type Sends = (tx: Transaction) => unknown

const rejected: [what: string, code: string, send: Sends][] = [
  ['a send of a record that is too large', 'RECORD_TOO_LARGE', (tx) => tx.send(tooLarge)],
  ['a send of something that is no record', 'INVALID_ARGUMENT', (tx) => tx.send(7 as never)],
  ['a send with a wrong signal', 'INVALID_ARGUMENT', (tx) => tx.send(good, { signal: 1 as never })],
  [
    'a send whose signal is aborted',
    'ABORTED',
    (tx) => tx.send(good, { signal: AbortSignal.abort() }),
  ],
  [
    'a send to a partition that is not there',
    'INVALID_PARTITION',
    (tx) => tx.send({ ...good, partition: 9 }),
  ],
  [
    'a send with a signal of a record that is too large',
    'RECORD_TOO_LARGE',
    (tx) => tx.send(tooLarge, { signal: new AbortController().signal }),
  ],
  ['a sendMany with a bad record', 'INVALID_TOPIC_EXCEPTION', (tx) => tx.sendMany([good, noTopic])],
  [
    'a sendMany with a record that is too large',
    'RECORD_TOO_LARGE',
    (tx) => tx.sendMany([good, tooLarge]),
  ],
  ['a sendMany of no list', 'INVALID_ARGUMENT', (tx) => tx.sendMany({} as never)],
  [
    'an enqueue that throws',
    'INVALID_TOPIC_EXCEPTION',
    (tx) => {
      expect(() => tx.enqueue(noTopic)).toThrow('not a legal topic name')
    },
  ],
  ['an enqueue of a record that is too large', 'RECORD_TOO_LARGE', (tx) => tx.enqueue(tooLarge)],
  ['an enqueue with a callback', 'RECORD_TOO_LARGE', (tx) => tx.enqueue(tooLarge, () => {})],
  ['offsets that are none', 'INVALID_ARGUMENT', (tx) => tx.sendOffsets({ groupId: '' } as never)],
]

describe.each(rejected)('%s, not awaited,', (_what, code, send) => {
  test('dooms the transaction, and its commit tells why', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    tx.enqueue(good)
    void send(tx)
    const commit = outcomeOf(tx.commit())
    await stand.settle()
    expect(commit.ended, 'the good record has not settled').toBe(false)
    stand.paced.acknowledge()
    await stand.settle()
    expect(commit.error).toMatchObject({ ...doomed, cause: { code } })
    expect(String(commit.error)).toContain(code)
    expect(stand.transactions.calls).toEqual(['begin'])
    expect(await stand.settled(tx.abort())).toEqual({ ended: true })
    expect(stand.transactions.calls).toEqual(['begin', 'abort'])
  })
})

const sends: [string, (tx: Transaction, record: ProducerRecord) => unknown][] = [
  ['send', (tx, record) => tx.send(record)],
  ['send with a signal', (tx, record) => tx.send(record, { signal: new AbortController().signal })],
  ['sendMany', (tx, record) => tx.sendMany([record])],
  ['enqueue', (tx, record) => tx.enqueue(record)],
  ['enqueue with a callback', (tx, record) => tx.enqueue(record, () => {})],
]

test.each(sends)(
  'a record of %s that the broker refuses dooms the transaction',
  async (_, send) => {
    const { stand, tx } = await TransactionalStand.begun()
    void send(tx, good)
    const commit = outcomeOf(tx.commit())
    await stand.settle()
    stand.paced.refuse(refused)
    await stand.settle()
    expect(commit.error).toMatchObject({ ...doomed, cause: { code: refused.code } })
    expect(String(commit.error)).toMatch(/a record for partition 0 of topic t failed first/)
  },
)

test.each(sends)(
  'after a failure %s is refused at once, with the first failure as cause',
  async (_, send) => {
    const { stand, tx } = await TransactionalStand.begun()
    void tx.send(noTopic)
    void tx.send(tooLarge)
    const call = async (): Promise<void> => void (await send(tx, good))
    const { error } = await stand.settled(call())
    expect(error).toMatchObject({ ...doomed, cause: { code: 'INVALID_TOPIC_EXCEPTION' } })
    expect(String(error)).toMatch(/failed first.*only abort\(\) works/)
    expect(await stand.settled(tx.sendOffsets({ groupId: 'g', offsets: [] }))).toMatchObject({
      error: doomed,
    })
  },
)

test('a send that its signal ends while it waits dooms the transaction', async () => {
  const { stand, tx } = await TransactionalStand.begun()
  const aborting = new AbortController()
  void tx.send({ topic: 'unknown', value: '' }, { signal: aborting.signal })
  aborting.abort()
  const { error } = await stand.settled(tx.commit())
  expect(error).toMatchObject({ ...doomed, cause: { code: 'ABORTED' } })
})

test('a sendMany that its signal ends dooms the transaction, although its records may arrive', async () => {
  const { stand, tx } = await TransactionalStand.begun()
  const aborting = new AbortController()
  void tx.sendMany([good], { signal: aborting.signal })
  aborting.abort()
  stand.paced.acknowledge()
  const { error } = await stand.settled(tx.commit())
  expect(error).toMatchObject({ ...doomed, cause: { code: 'ABORTED', persisted: 'possibly' } })
})

test('a send that finds the line of waiting records full dooms the transaction', async () => {
  const { stand, tx } = await TransactionalStand.begun()
  const value = 'x'.repeat(10_000)
  for (let sent = 0; sent < 8; sent++) void tx.send({ topic: 'unknown', value })
  const { error } = await stand.settled(tx.send(good))
  expect(error).toMatchObject({ ...doomed, cause: { code: 'BUFFER_FULL' } })
})

test('a partitioner that throws dooms the transaction', async () => {
  const failing = (): never => {
    throw new Error('told by the test')
  }
  const stand = new TransactionalStand({
    partitioner: { forTopic: () => ({ partition: failing }) },
  })
  const tx = await stand.producer.beginTransaction()
  tx.enqueue(good)
  const { error } = await stand.settled(tx.commit())
  expect(error).toMatchObject({ ...doomed, cause: { code: 'PARTITIONER_FAILED' } })
})

test('thousands of sends that fail together are no unhandled rejections, and neither are those after them', async () => {
  const { stand, tx } = await TransactionalStand.begun()
  for (let sent = 0; sent < 1_500; sent++) void tx.send(tooLarge)
  for (let sent = 0; sent < 1_500; sent++) void tx.sendMany([tooLarge])
  // vitest fails the file of a test with an unhandled rejection.
  await stand.settle()
  expect((await stand.settled(tx.commit())).error).toMatchObject(doomed)
})

test('all sends that are refused after a failure share one error, until the producer is fenced', async () => {
  const { stand, tx } = await TransactionalStand.begun()
  const errors = async (): Promise<Set<unknown>> => {
    const results = await Promise.allSettled([tx.send(good), tx.sendMany([good]), tx.send(good)])
    return new Set(results.map((result) => (result as PromiseRejectedResult).reason as unknown))
  }
  void tx.send(good)
  void tx.send(tooLarge)
  const first = await errors()
  expect([...first]).toMatchObject([doomed])
  stand.paced.refuse(fenced)
  expect([...(await errors())]).toMatchObject([{ code: 'PRODUCER_FENCED' }])
  stand.transactions.fail('abort', fenced)
  await stand.settled(tx.abort())
  expect([...(await errors())]).toMatchObject([{ code: 'PRODUCER_FENCED', cause: fenced }])
})

test('a failure that its caller has dealt with dooms the transaction all the same', async () => {
  const { stand, tx } = await TransactionalStand.begun()
  await expect(tx.send(tooLarge)).rejects.toMatchObject({ code: 'RECORD_TOO_LARGE' })
  expect((await stand.settled(tx.commit())).error).toMatchObject(doomed)
})

test('each promise of a failed send rejects before the commit does', async () => {
  const { stand, tx } = await TransactionalStand.begun()
  const told: string[] = []
  const sent = Array.from({ length: 20 }, () => tx.send(good))
  for (const promise of sent) promise.catch(() => told.push('send'))
  tx.commit().catch(() => told.push('commit'))
  await stand.settle()
  stand.paced.refuse(refused)
  await stand.settle()
  expect(told).toEqual([...sent.map(() => 'send'), 'commit'])
})

test('a record without a callback that fails is told to onDeliveryError, too', async () => {
  const { stand, tx } = await TransactionalStand.begun()
  tx.enqueue(good)
  stand.paced.refuse(refused)
  expect(stand.unheard).toMatchObject([{ code: refused.code }])
  await stand.settled(tx.commit())
})

test('a record of a fenced producer makes its calls reject with PRODUCER_FENCED, whatever has failed before', async () => {
  const { stand, tx } = await TransactionalStand.begun()
  void tx.send(good)
  void tx.send(tooLarge)
  stand.paced.refuse(fenced)
  stand.transactions.fail('abort', fenced)
  stand.transactions.fail('begin', fenced)
  const isFenced = { error: { code: 'PRODUCER_FENCED', fatal: true } }
  expect(await stand.settled(tx.send(good))).toMatchObject(isFenced)
  expect(await stand.settled(tx.commit())).toMatchObject(isFenced)
  expect(await stand.settled(stand.producer.beginTransaction())).toMatchObject(isFenced)
  expect(await stand.settled(tx.abort())).toMatchObject(isFenced)
  expect(await stand.settled(tx.send(good))).toMatchObject(isFenced)
  expect(await stand.settled(tx.commit())).toMatchObject(isFenced)
  expect(await stand.settled(tx.abort())).toMatchObject(isFenced)
  expect(await stand.settled(stand.producer.beginTransaction())).toMatchObject(isFenced)
  expect(() => tx.enqueue(good)).toThrow(KafkaError)
})
