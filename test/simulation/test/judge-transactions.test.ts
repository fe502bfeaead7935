import { expect, test } from 'vitest'
import { judgeTransactions } from '../src/judge/judge-transactions.js'
import { Ledger } from '../src/program/ledger.js'
import type { TransactionOutcome } from '../src/program/transactions/outcome.js'

/** Each transaction has two records: the first has 0 and 1, the second 2 and 3. */
function outcomes(...told: readonly TransactionOutcome['told'][]): TransactionOutcome[] {
  const ledger = new Ledger(() => 0)
  const entry = () => ledger.add('a', 0, 0)
  return told.map((one, index) => ({ entries: [entry(), entry()], offset: index, told: one }))
}

function findings(
  told: readonly TransactionOutcome['told'][],
  ids: readonly number[],
  offset: number | null,
): string[] {
  return judgeTransactions(outcomes(...told), { ids: new Set(ids), offset })
}

test('the judge finds nothing where exactly what was committed is visible', () => {
  expect(findings(['committed', 'aborted'], [0, 1], 0)).toEqual([])
  expect(findings(['aborted', 'aborted'], [], null)).toEqual([])
})

test('the judge finds a transaction that was committed, and is lost or torn', () => {
  expect(findings(['committed'], [], 0)).toEqual([
    'transaction 0 was told committed, and 0 of 2 are visible',
  ])
  expect(findings(['committed'], [1], 0)).toHaveLength(1)
})

test('the judge finds a transaction that was aborted, and is visible', () => {
  expect(findings(['committed', 'aborted'], [0, 1, 2], 0)).toEqual([
    'transaction 1 was told aborted, and 1 of 2 are visible',
  ])
})

test('a transaction of which the program knows nothing is there as a whole, or not at all', () => {
  expect(findings(['possibly'], [], null)).toEqual([])
  expect(findings(['possibly'], [0, 1], 0)).toEqual([])
  expect(findings(['possibly'], [0], null)).toHaveLength(1)
})

test('the judge finds a transaction that never ended', () => {
  expect(findings(['open'], [], null)).toHaveLength(1)
})

test('the judge finds an offset of a group that was not committed, or is lost', () => {
  expect(findings(['committed', 'aborted'], [0, 1], 1)).toEqual([
    'the group is at offset 1, and not at 0',
  ])
  expect(findings(['committed', 'committed'], [0, 1, 2, 3], 0)).toHaveLength(1)
  expect(findings(['committed', 'possibly'], [0, 1], 0)).toEqual([])
  expect(findings(['committed', 'possibly'], [0, 1, 2, 3], 1)).toEqual([])
})
