import { KafkaError } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { createMockProducer } from '../src/testing.js'

const record = { topic: 'orders', value: 'paid' }
const other = { topic: 'stock', value: '-1' }
const at = { topic: 'in', partition: 0, offset: '17' }

test('a mock producer tells what each transaction committed', async () => {
  const producer = createMockProducer({ transactionalId: 'billing' })
  await producer.connect()
  await producer.transact(async (tx) => {
    tx.enqueue(record)
    await tx.send(other)
    await tx.sendOffsets({ groupId: 'g', offsets: [at] })
    await tx.sendOffsets({
      groupId: 'g',
      memberId: 'm',
      generationId: 3,
      groupInstanceId: 'i',
      offsets: [{ ...at, leaderEpoch: 2, metadata: 'mine' }],
    })
    expect(producer.transactions).toMatchObject([{ state: 'open' }])
  })
  await producer.transact(async (tx) => void tx.send(record))
  const offset = { topic: 'in', partition: 0, offset: 17n }
  const member = { groupId: 'g', memberId: 'm', generationId: 3, groupInstanceId: 'i' }
  expect(producer.transactions).toEqual([
    {
      records: [record, other],
      offsets: [
        { groupId: 'g', offsets: [offset] },
        { ...member, offsets: [{ ...offset, leaderEpoch: 2, metadata: 'mine' }] },
      ],
      state: 'committed',
    },
    { records: [record], offsets: [], state: 'committed' },
  ])
  expect(producer.sent).toEqual([record, other, record])
})

test('a mock producer tells what each transaction aborted, and fails what is pending then', async () => {
  const producer = createMockProducer({ transactionalId: 'billing', autoComplete: false })
  const codes: unknown[] = []
  const work = producer.transact(async (tx) => {
    tx.enqueue(record, (error) => codes.push(error?.code))
    throw new Error('mine')
  })
  await expect(work).rejects.toThrow('mine')
  expect(codes).toEqual(['ABORTED'])
  expect(producer.transactions).toEqual([{ records: [record], offsets: [], state: 'aborted' }])
})

test('a record that the test fails dooms the transaction of a mock producer', async () => {
  const producer = createMockProducer({ transactionalId: 'billing', autoComplete: false })
  const tx = await producer.beginTransaction()
  void tx.send(record)
  const cause = new KafkaError('DELIVERY_TIMEOUT', 'made up', { persisted: 'no' })
  producer.failNext(cause)
  await expect(tx.commit()).rejects.toMatchObject({ code: 'TRANSACTION_ABORTABLE', cause })
  await tx.abort()
  expect(producer.transactions).toMatchObject([{ state: 'aborted' }])
})

test.each([
  new KafkaError('TRANSACTION_ABORTABLE', 'made up'),
  new KafkaError('NOT_COORDINATOR', 'made up', { persisted: 'no' }),
])('a test makes one commit fail with %s, and the transaction is aborted', async (error) => {
  const producer = createMockProducer({ transactionalId: 'billing' })
  producer.failCommit(error)
  await expect(producer.transact(async (tx) => void tx.send(record))).rejects.toBe(error)
  await producer.transact(async () => {})
  expect(producer.transactions).toMatchObject([{ state: 'aborted' }, { state: 'committed' }])
})

test('a test leaves the outcome of a commit open, and the next call of commit tells it', async () => {
  const producer = createMockProducer({ transactionalId: 'billing' })
  const tx = await producer.beginTransaction()
  const error = new KafkaError('TRANSACTION_TIMEOUT', 'made up', { persisted: 'possibly' })
  producer.failCommit(error)
  await expect(tx.commit()).rejects.toBe(error)
  await expect(tx.abort()).rejects.toMatchObject({ code: 'ILLEGAL_STATE' })
  expect(producer.transactions).toMatchObject([{ state: 'open' }])
  await tx.commit()
  expect(producer.transactions).toMatchObject([{ state: 'committed' }])
})

test('a test fences a mock producer, which then begins no transaction', async () => {
  const producer = createMockProducer({ transactionalId: 'billing' })
  const error = new KafkaError('PRODUCER_FENCED', 'made up')
  producer.failCommit(error)
  await expect(producer.transact(async () => {})).rejects.toBe(error)
  await expect(producer.transact(async () => {})).rejects.toBe(error)
  await expect(producer.connect()).rejects.toBe(error)
})

test('a mock producer forgets the transactions that have ended', async () => {
  const producer = createMockProducer({ transactionalId: 'billing' })
  await producer.transact(async () => {})
  await producer.beginTransaction()
  producer.clear()
  expect(producer.transactions).toEqual([{ records: [], offsets: [], state: 'open' }])
})

test('a mock producer refuses what a real one refuses: sends outside of a transaction, and transactions without an id', async () => {
  const transactional = createMockProducer({ transactionalId: 'billing' })
  await expect(transactional.send(record)).rejects.toMatchObject({ code: 'ILLEGAL_STATE' })
  const plain = createMockProducer()
  await expect(plain.beginTransaction()).rejects.toMatchObject({ code: 'ILLEGAL_STATE' })
  expect(plain.transactions).toEqual([])
  const error = new KafkaError('TRANSACTION_ABORTABLE', 'made up')
  expect(() => plain.failCommit(error)).toThrow('option transactionalId')
})

test.each(['', 7, null])('a mock producer refuses the transactionalId %o', (transactionalId) => {
  const create = (): unknown => createMockProducer({ transactionalId: transactionalId as string })
  expect(create).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }))
  expect(create).toThrow(/transactionalId is /)
})
