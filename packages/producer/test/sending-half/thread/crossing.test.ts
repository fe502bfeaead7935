import type { ToFront } from '@sluice/accumulator'
import { describeError, KafkaError, restoreError } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { CrossingErrors, errorOf } from '../../../src/sending-half/thread/crossing-errors.js'
import { Outbox } from '../../../src/sending-half/thread/outbox.js'
import { AbortedTransaction } from '../../../src/sending-half/thread/worker/aborted-transaction.js'
import { sealedBatch } from './fake-thread.js'

test('an error crosses with its code, its fields and the reasons of its causes, whatever a library has hung on them', () => {
  const library = Object.assign(new Error('connect ECONNREFUSED'), { socket: () => {} })
  const inner = new KafkaError('CONNECTION_FAILED', 'nobody answers', { cause: library })
  const error = new KafkaError('DELIVERY_TIMEOUT', 'late', {
    cause: inner,
    persisted: 'possibly',
    topic: 't',
    partition: 3,
  })
  const crossed = restoreError(structuredClone(new CrossingErrors().of(describeError(error))))
  expect(crossed).toMatchObject({
    code: 'DELIVERY_TIMEOUT',
    message: error.message,
    persisted: 'possibly',
    topic: 't',
    partition: 3,
    cause: { code: 'CONNECTION_FAILED', cause: { message: 'connect ECONNREFUSED' } },
  })
})

test('batches that failed for one reason still share their error when they have crossed', () => {
  const errors = new CrossingErrors()
  const described = describeError(
    new KafkaError('CODEC_FAILED', 'no', { cause: new Error('broken') }),
  )
  const [first, second] = structuredClone([errors.of(described), errors.of(described)])
  expect(first).toBe(second)
})

test('what a function has thrown crosses as its text where it is no KafkaError', () => {
  expect(errorOf(new CrossingErrors().thrown(new TypeError('no token')))).toEqual(
    new Error('no token'),
  )
  const thrown = new KafkaError('INVALID_OPTION', 'token is no text')
  expect(errorOf(new CrossingErrors().thrown(thrown))).toMatchObject({ code: 'INVALID_OPTION' })
})

test('an outbox keeps what it has while nobody is there, and posts it in its order', () => {
  const posted: string[][] = []
  let isReady = false
  const later: (() => void)[] = []
  const outbox = new Outbox<string>({
    ready: () => isReady,
    post: (messages) => void posted.push(messages),
    later: (run) => void later.push(run),
  })
  outbox.add('a')
  outbox.add('b', new ArrayBuffer(100_000))
  expect(later).toHaveLength(1)
  later.shift()!()
  expect(posted).toEqual([])
  isReady = true
  outbox.add('c')
  later.shift()!()
  expect(posted).toEqual([['a', 'b', 'c']])
})

test('a batch that comes when its transaction is aborted fails as not sent, until another one begins', () => {
  const told: ToFront[] = []
  const transaction = new AbortedTransaction((message) => void told.push(message))
  expect(transaction.takes(sealedBatch(1))).toBe(false)
  transaction.aborted()
  const batch = sealedBatch(2)
  expect(transaction.takes(batch)).toBe(true)
  expect(told).toMatchObject([
    { type: 'settled', batch: 2, count: 3, failure: { code: 'ABORTED', persisted: 'no' } },
    { type: 'released', batch: 2, buffer: batch.buffer },
  ])
  transaction.begin()
  expect(transaction.takes(sealedBatch(3))).toBe(false)
})
