import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { expect, test, vi } from 'vitest'
import {
  brokerErrors,
  clientErrors,
  detailOf,
  errorCodeOf,
  errorNumberOf,
  isRefreshMetadata,
  isRetriable,
  KafkaError,
  type ErrorCode,
} from '../src/index.js'

/** Written by a small program over Kafka's own enum; its first lines say which. */
const kafkaErrors = readFileSync(new URL('fixtures/kafka-errors.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split(' '))
  .map(([number, name, retriable, refresh]) => ({
    number: Number(number),
    name: name as ErrorCode,
    retriable: retriable === 'true',
    refresh: refresh === 'true',
  }))

test('every error number of Kafka has its name and its flags', () => {
  expect(kafkaErrors).toHaveLength(134)
  const ours = kafkaErrors.map(({ number }) => {
    const name = errorCodeOf(number)!
    return { number, name, retriable: isRetriable(name), refresh: isRefreshMetadata(name) }
  })
  expect(ours).toEqual(kafkaErrors)
})

test('0 is no error and an unknown number is an unknown server error', () => {
  expect(errorCodeOf(0)).toBeNull()
  expect(errorCodeOf(32_000)).toBe('UNKNOWN_SERVER_ERROR')
  expect(errorCodeOf(-2)).toBe('UNKNOWN_SERVER_ERROR')
})

test('names that every object inherits are not codes of the table', () => {
  expect(kafkaErrors.some(({ name }) => name in Object.prototype)).toBe(false)
})

test('a message is the code with the detail, or with the sentence of its row', () => {
  expect(new KafkaError('DELIVERY_TIMEOUT', 'not acknowledged within 120000 ms').message).toBe(
    'DELIVERY_TIMEOUT: not acknowledged within 120000 ms',
  )
  expect(new KafkaError('NOT_LEADER_OR_FOLLOWER').message).toBe(
    'NOT_LEADER_OR_FOLLOWER: This broker does not lead the partition.',
  )
})

test('flags follow from the code', () => {
  const flags = (code: ErrorCode) => {
    const { retriable, refreshMetadata, abortable, fatal } = new KafkaError(code)
    return { retriable, refreshMetadata, abortable, fatal }
  }
  const none = { retriable: false, refreshMetadata: false, abortable: false, fatal: false }
  expect(flags('MESSAGE_TOO_LARGE')).toEqual(none)
  expect(flags('REQUEST_TIMED_OUT')).toEqual({ ...none, retriable: true })
  expect(flags('CONNECTION_CLOSED')).toEqual({ ...none, retriable: true, refreshMetadata: true })
  expect(flags('TRANSACTION_ABORTABLE')).toEqual({ ...none, abortable: true })
  expect(flags('PRODUCER_FENCED')).toEqual({ ...none, fatal: true })
})

test('fatal is what ends the producer: its close, and errors that only a transaction can meet', () => {
  const codes = [
    ...kafkaErrors.map(({ name }) => name),
    ...Object.keys(clientErrors),
  ] as ErrorCode[]
  expect(codes.filter((code) => new KafkaError(code).fatal)).toEqual([
    'INVALID_TXN_STATE',
    'INVALID_PRODUCER_ID_MAPPING',
    'INVALID_TRANSACTION_TIMEOUT',
    'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
    'PRODUCER_FENCED',
    'PRODUCER_CLOSED',
  ])
})

test('only fields that were given are there', () => {
  const bare = new KafkaError('BUFFER_FULL', undefined, { topic: undefined })
  expect(Object.keys(bare)).toEqual(['code'])
  expect('cause' in bare).toBe(false)
  const full = new KafkaError('INVALID_RECORD', 'x', {
    persisted: 'no',
    topic: 'orders',
    partition: 0,
    attempts: 3,
    cause: 'why',
  })
  expect(full).toMatchObject({ persisted: 'no', topic: 'orders', partition: 0, attempts: 3 })
  expect(full.cause).toBe('why')
  expect(Object.keys(full)).not.toContain('cause')
})

test('a partial failure carries its results in order', () => {
  const metadata = { topic: 't', partition: 0, offset: 1n, timestamp: 2 }
  const failure = new KafkaError('RECORD_TOO_LARGE')
  const error = new KafkaError('PARTIAL_FAILURE', '1 of 2', { results: [metadata, failure] })
  expect(error.results).toEqual([metadata, failure])
})

test('an aborted call has the name of the platform, every other error that of the class', () => {
  expect(new KafkaError('ABORTED').name).toBe('AbortError')
  expect(new KafkaError('BUFFER_FULL').name).toBe('KafkaError')
  expect(inspect(new KafkaError('BUFFER_FULL'))).toMatch(/^KafkaError: BUFFER_FULL: /)
})

test('instanceof holds across two copies of the package, both ways', async () => {
  vi.resetModules()
  const copy = await import('../src/errors.js')
  expect(copy.KafkaError).not.toBe(KafkaError)
  expect(new copy.KafkaError('ABORTED')).toBeInstanceOf(KafkaError)
  expect(new KafkaError('ABORTED')).toBeInstanceOf(copy.KafkaError)
  expect(new KafkaError('ABORTED')).toBeInstanceOf(Error)
  for (const other of [new Error('x'), {}, null, undefined, 'KafkaError', KafkaError]) {
    expect(other instanceof KafkaError).toBe(false)
  }
})

test('tells what an error says behind its code, and leaves a message without it as it is', () => {
  expect(detailOf(new KafkaError('BUFFER_FULL', '5 of 4: bytes'))).toBe('5 of 4: bytes')
  expect(detailOf({ code: 'BUFFER_FULL', message: 'CODEC_FAILED: no' })).toBe('CODEC_FAILED: no')
})

test('the number of an error is the one that the table gives it, and -1 where a code is not of Kafka', () => {
  for (const [code, [number]] of Object.entries(brokerErrors)) {
    expect(errorNumberOf(code as ErrorCode)).toBe(number)
  }
  expect([errorNumberOf(null), errorNumberOf('BUFFER_FULL')]).toEqual([0, -1])
})
