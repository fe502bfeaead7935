import { expect, test } from 'vitest'
import { describeError, KafkaError, restoreError } from '../src/index.js'

const overThreads = (error: KafkaError) => restoreError(structuredClone(describeError(error)))

test('an error comes through structuredClone with all its fields', () => {
  const error = new KafkaError('DELIVERY_TIMEOUT', 'after 3 attempts', {
    persisted: 'possibly',
    topic: 'orders',
    partition: 7,
    attempts: 3,
  })
  const restored = overThreads(error)
  expect(restored).toBeInstanceOf(KafkaError)
  expect(restored.message).toBe('DELIVERY_TIMEOUT: after 3 attempts')
  expect(describeError(restored)).toEqual(describeError(error))
  expect(Object.keys(restored)).toEqual(Object.keys(error))
})

test('errors that are restored one after the other share a cause that they shared before', () => {
  const cause = new KafkaError('INVALID_RECORD', 'some of the batch')
  const common = describeError(new KafkaError('INVALID_RECORD', 'no key', { cause }))
  const known = new WeakMap()
  const [one, other] = ['one', 'other'].map((message) =>
    restoreError({ ...common, message }, known),
  )
  expect(one).not.toBe(other)
  expect(one!.cause).toBe(other!.cause)
  expect(restoreError(common, known)).toBe(restoreError(common, known))
  expect(restoreError(common)).not.toBe(restoreError(common))
})

test('what was not set is not there afterwards', () => {
  expect(Object.keys(describeError(new KafkaError('BUFFER_FULL')))).toEqual(['code', 'message'])
  expect('cause' in overThreads(new KafkaError('BUFFER_FULL'))).toBe(false)
})

test('a cause that is one of ours is restored as one of ours, however deep', () => {
  const root = new KafkaError('CONNECTION_FAILED', 'refused', { cause: new TypeError('deep') })
  const middle = new KafkaError('METADATA_TIMEOUT', 'm', { cause: root, topic: 't' })
  const restored = overThreads(new KafkaError('DELIVERY_TIMEOUT', 'd', { cause: middle }))
  const restoredMiddle = restored.cause as KafkaError
  const restoredRoot = restoredMiddle.cause as KafkaError
  expect(restoredMiddle).toBeInstanceOf(KafkaError)
  expect(restoredMiddle.topic).toBe('t')
  expect(restoredRoot.message).toBe('CONNECTION_FAILED: refused')
  expect(restoredRoot.cause).toEqual(new TypeError('deep'))
})

test('a cause that is no error is kept where it can be cloned for sure', () => {
  const causeOf = (cause: unknown) => overThreads(new KafkaError('ABORTED', 'a', { cause })).cause
  expect(causeOf('text')).toBe('text')
  expect(causeOf(null)).toBeNull()
  expect(causeOf({ close() {} })).toBeUndefined()
  expect(causeOf(Symbol('s'))).toBeUndefined()
})
