import { expect, test } from 'vitest'
import { resolveSenderOptions, type SenderOptions } from '../src/options.js'

test('the defaults are idempotent with acks all', () => {
  expect(resolveSenderOptions({})).toEqual({
    acks: 'all',
    idempotent: true,
    allowReordering: false,
    onTopicRecreated: 'continue',
    maxRequestBytes: 1_048_576,
    requestTimeoutMs: 30_000,
    retries: 2_147_483_647,
    retryBackoffMs: 100,
    retryBackoffMaxMs: 1_000,
    transactionalId: null,
    transactionTimeoutMs: 60_000,
  })
})

test.each([0, 1] as const)('acks %d is not idempotent', (acks) => {
  expect(resolveSenderOptions({ acks })).toMatchObject({ acks, idempotent: false })
})

test('idempotence can be turned off', () => {
  expect(resolveSenderOptions({ idempotent: false })).toMatchObject({
    acks: 'all',
    idempotent: false,
  })
})

test.each<[string, unknown, RegExp]>([
  ['an idempotent sender with acks 1', { idempotent: true, acks: 1 }, /needs acks: 'all'/],
  ['an idempotent sender with acks 0', { idempotent: true, acks: 0 }, /needs acks: 'all'/],
  ['acks -1', { acks: -1 }, /acks is -1; give 'all', 1 or 0/],
  [
    'onTopicRecreated stop',
    { onTopicRecreated: 'stop' },
    /is the string 'stop'; give 'continue' or 'fail'/,
  ],
  ['acks as text', { acks: '1' }, /acks is the string '1'; give 'all', 1 or 0/],
  [
    'reordering as text',
    { allowReordering: 'false' },
    /allowReordering is the string 'false'; give true or false/,
  ],
  [
    'idempotence as text',
    { idempotent: 'false', acks: 1 },
    /idempotent is the string 'false'; give true/,
  ],
  ['idempotence that is null', { idempotent: null }, /idempotent is null; give true or false/],
  [
    'a back-off as text',
    { retryBackoffMs: '5' },
    /retryBackoffMs is the string '5'; give a whole number/,
  ],
  [
    'a time-out as a bigint',
    { requestTimeoutMs: 5n },
    /requestTimeoutMs is the bigint 5n; give a whole number/,
  ],
  ['half a byte', { maxRequestBytes: 65_536.5 }, /maxRequestBytes is 65536.5; give a whole number/],
  [
    'a terabyte',
    { maxRequestBytes: 1e12 },
    /maxRequestBytes is 1000000000000; .* 1024 to 1073741824/,
  ],
  ['a time-out that no timer has', { requestTimeoutMs: 2 ** 31 }, /from 1 to 2147483647/],
  ['too small a maxRequestBytes', { maxRequestBytes: 1_023 }, /maxRequestBytes is 1023/],
  ['no time for a request', { requestTimeoutMs: 0 }, /requestTimeoutMs is 0/],
  ['a negative back-off', { retryBackoffMs: -1 }, /retryBackoffMs is -1/],
  ['a back-off that is no number', { retryBackoffMs: Number.NaN }, /retryBackoffMs is NaN/],
  ['a longest back-off below the first', { retryBackoffMaxMs: 99 }, /\(99\) is below .* \(100\)/],
])('%s is refused with what to do', (_, options, message) => {
  expect(() => resolveSenderOptions(options as SenderOptions)).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringMatching(message) }),
  )
})

test('the caller keeps its object as it was', () => {
  const options = Object.freeze({ acks: 1 as const })
  expect(resolveSenderOptions(options)).not.toBe(options)
})

test('allowReordering beside idempotence is a contradiction, which the error solves', () => {
  expect(() => resolveSenderOptions({ allowReordering: true })).toThrow(/leave allowReordering out/)
  expect(resolveSenderOptions({ acks: 1, allowReordering: true }).allowReordering).toBe(true)
})
