import type { ToFront } from '@sluice/accumulator'
import { describeError, KafkaError, restoreError } from '@sluice/protocol'
import { expect, test } from 'vitest'
import {
  arrived,
  CrossingErrors,
  errorOf,
} from '../../../src/sending-half/thread/crossing-errors.js'
import { Outbox } from '../../../src/sending-half/thread/outbox.js'
import { AbortedTransaction } from '../../../src/sending-half/thread/worker/aborted-transaction.js'
import { sealedBatch } from './fake-thread.js'

/** What the caller's thread makes of an error of the sender's thread. */
function over(error: KafkaError): KafkaError {
  return restoreError(arrived(structuredClone(new CrossingErrors().of(describeError(error)))))
}

test('an error crosses with its code, its fields and the reasons of its causes, whatever a library has hung on them', () => {
  const library = Object.assign(new Error('connect ECONNREFUSED'), { socket: () => {} })
  const inner = new KafkaError('CONNECTION_FAILED', 'nobody answers', { cause: library })
  const error = new KafkaError('DELIVERY_TIMEOUT', 'late', {
    cause: inner,
    persisted: 'possibly',
    topic: 't',
    partition: 3,
  })
  const crossed = over(error)
  expect(crossed).toMatchObject({
    code: 'DELIVERY_TIMEOUT',
    message: error.message,
    persisted: 'possibly',
    topic: 't',
    partition: 3,
    cause: { code: 'CONNECTION_FAILED', cause: { message: 'connect ECONNREFUSED' } },
  })
})

test('a cause crosses with its class, its code and what else is hung on it as text or number, and so do its own causes', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED ::1:9092'), {
    code: 'ECONNREFUSED',
    errno: -111,
    syscall: 'connect',
    address: '::1',
    port: 9092,
    socket: { destroy: () => {} },
  })
  class Odd extends Error {
    override readonly name = 'OddError'
  }
  const all = new AggregateError([refused, new Odd('odd'), 'no error'], 'all have failed', {
    cause: new RangeError('port', { cause: refused }),
  })
  const { cause } = over(new KafkaError('CONNECTION_FAILED', 'nobody answers', { cause: all }))
  const { socket: _, ...told } = refused
  expect(cause).toBeInstanceOf(AggregateError)
  expect(cause).toMatchObject({
    message: 'all have failed',
    errors: [
      { ...told, name: 'Error', message: refused.message },
      { name: 'OddError', message: 'odd' },
    ],
    cause: { name: 'RangeError', cause: { code: 'ECONNREFUSED' } },
  })
  const { errors, cause: inner } = cause as AggregateError & { cause: Error }
  expect(Object.keys(errors[0])).not.toContain('socket')
  expect(inner).toBeInstanceOf(RangeError)
})

test('a cause whose causes go round, or whose fields throw, crosses as far as it can', () => {
  const round = new Error('round')
  round.cause = round
  const hostile = new Error('hostile')
  const code = { enumerable: true, get: () => expect.fail('a getter') }
  Object.defineProperty(hostile, 'code', code)
  for (const cause of [round, hostile]) {
    const crossed = over(new KafkaError('CODEC_FAILED', 'no', { cause }))
    expect(crossed.cause).toMatchObject({ message: cause.message })
  }
})

test('batches that failed for one reason still share their error when they have crossed', () => {
  const errors = new CrossingErrors()
  const described = describeError(
    new KafkaError('CODEC_FAILED', 'no', { cause: new Error('broken') }),
  )
  const [first, second] = structuredClone([errors.of(described), errors.of(described)])
  expect(first).toBe(second)
  expect(arrived(first).cause).toBe(arrived(second).cause)
})

test('what a function has thrown crosses with its class and its code where it is no KafkaError', () => {
  const answered = (value: unknown): Error =>
    errorOf(structuredClone(new CrossingErrors().thrown(value)))
  const typeError = Object.assign(new TypeError('no token'), { code: 'EVAULT' })
  expect(answered(typeError)).toBeInstanceOf(TypeError)
  expect(answered(typeError)).toMatchObject({ message: 'no token', code: 'EVAULT' })
  expect(answered('text')).toEqual(new Error('text'))
  const thrown = new KafkaError('INVALID_OPTION', 'token is no text')
  expect(answered(thrown)).toMatchObject({ code: 'INVALID_OPTION' })
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
