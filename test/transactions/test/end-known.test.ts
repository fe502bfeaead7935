import type { Transaction } from '@sluice/producer'
import { type ErrorCode, KafkaError } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { commitKnown } from '../src/end-known.js'

/** A transaction whose calls of `commit`, and then of `abort`, end so. */
function transactionOf(commits: (KafkaError | null)[], aborts: (KafkaError | null)[] = [null]) {
  const next = async (ends: (KafkaError | null)[]): Promise<void> => {
    const end = ends.shift()
    if (end === undefined) throw new Error('called once too often')
    if (end !== null) throw end
  }
  return { commit: () => next(commits), abort: () => next(aborts) } as unknown as Transaction
}

const failure = (code: ErrorCode, persisted: 'no' | 'possibly'): KafkaError =>
  new KafkaError(code, 'it failed', { persisted })
const unknown = failure('TRANSACTION_TIMEOUT', 'possibly')

test('a commit whose end is not known is called again until it is', async () => {
  const transaction = transactionOf([unknown, unknown, null])
  expect(await commitKnown(transaction)).toEqual({ end: 'committed', repeats: 2 })
})

test('a transaction that is surely not committed is aborted, until that is known', async () => {
  const commits = [failure('TRANSACTION_ABORTABLE', 'no')]
  const transaction = transactionOf(commits, [unknown, null])
  expect(await commitKnown(transaction)).toEqual({
    end: 'aborted',
    repeats: 1,
    failure: expect.objectContaining({ code: 'TRANSACTION_ABORTABLE' }),
  })
})

test.each<[ErrorCode, 'no' | 'possibly']>([
  ['PRODUCER_FENCED', 'no'],
  ['ILLEGAL_STATE', 'no'],
  ['PRODUCER_CLOSED', 'possibly'],
])('%s is no end of a transaction', async (code, persisted) => {
  const transaction = transactionOf([failure(code, persisted)])
  await expect(commitKnown(transaction)).rejects.toMatchObject({ code })
})
