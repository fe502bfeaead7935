import { readFileSync } from 'node:fs'
import { brokerErrors, clientErrors, type ErrorCode, isRetriable } from '@sluice/protocol'
import { describe, expect, test } from 'vitest'
import type { Action } from '../src/observer.js'
import { actionAfter, type Situation } from '../src/partition/decide.js'

const first: Situation = {
  isSequenced: true,
  isFirst: true,
  isUnresolved: false,
  isBehindAbsent: false,
  isOvertaken: false,
  canBeProbed: false,
  isDivisible: true,
  isPartlyRefused: false,
}
const unresolved = { ...first, isUnresolved: true }

/** The columns of the table. */
const columns: readonly (readonly [title: string, Situation])[] = [
  ['an earlier batch is open', { ...first, isFirst: false }],
  ['first, not written', first],
  ['first, may be written, behind an absent batch', { ...unresolved, isBehindAbsent: true }],
  ['first, may be written, a batch behind can tell', { ...unresolved, canBeProbed: true }],
  ['first, may be written, otherwise', unresolved],
  ['first, overtaken', { ...first, isOvertaken: true }],
  ['no sequence', { ...first, isSequenced: false, isFirst: false }],
]

const flags = Object.keys(first) as (keyof Situation)[]

/** Each flag yes and no. */
const everySituation: readonly Situation[] = flags.reduce<readonly Situation[]>(
  (situations, flag) =>
    situations.flatMap((one) => [true, false].map((yes) => ({ ...one, [flag]: yes }))),
  [first],
)

function actionsIn(situations: readonly Situation[]): Action[] {
  return [...new Set(situations.flatMap((one) => codes.map((code) => actionAfter(code, one))))]
}

const codes = Object.keys({ ...brokerErrors, ...clientErrors }) as ErrorCode[]

/** One row for all codes that are decided alike. */
function tableOfDecisions(): string {
  const rows = new Map<string, ErrorCode[]>()
  for (const code of codes) {
    const cells = columns.map(([, situation]) => cellOf(code, situation)).join(' | ')
    rows.set(cells, [...(rows.get(cells) ?? []), code])
  }
  const smallFirst = [...rows].toSorted(([, a], [, b]) => a.length - b.length)
  const lines = smallFirst.map(([cells, ofRow]) => `| ${nameOf(ofRow)} | ${cells} |`)
  const titles = ['answer', ...columns.map(([title]) => title)]
  return [`| ${titles.join(' | ')} |`, `|${titles.map(() => ' --- |').join('')}`, ...lines].join(
    '\n',
  )
}

function cellOf(code: ErrorCode, situation: Situation): string {
  const action = actionAfter(code, situation)
  const others = [
    ['one record', { ...situation, isDivisible: false }],
    ['some records named', { ...situation, isPartlyRefused: true }],
  ] as const
  const differing = others
    .map(([title, other]) => [title, actionAfter(code, other)])
    .filter(([, other]) => other !== action)
  return [action, ...differing.map(([title, other]) => `${title}: ${other}`)].join('; ')
}

function nameOf(ofRow: readonly ErrorCode[]): string {
  if (ofRow.length <= 5) return ofRow.join(', ')
  return isRetriable(ofRow[0]!) ? 'every other retriable error' : 'every other error'
}

/** A formatter may have aligned the columns. */
function squeezed(table: string): string {
  return table.replaceAll(/ +/g, ' ').replaceAll(/-{3,}/g, '---')
}

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

describe('the decision table', () => {
  test('the decision table stands in the README of the package as it is decided', () => {
    expect(squeezed(readme)).toContain(tableOfDecisions())
  })

  test('sends nothing under another sequence, and nothing in parts or without some of its records, that may be written and is not proven absent', () => {
    const doubtful = everySituation.filter(
      ({ isUnresolved, isBehindAbsent }) => isUnresolved && !isBehindAbsent,
    )
    expect(actionsIn(doubtful)).not.toContain('resequence')
    expect(actionsIn(doubtful)).not.toContain('split')
    expect(actionsIn(doubtful)).not.toContain('exclude')
  })

  test('gives no batch another sequence while an earlier one is open, or behind a batch that overtook it', () => {
    const hindered = everySituation.filter(({ isFirst, isOvertaken }) => !isFirst || isOvertaken)
    expect(actionsIn(hindered)).not.toContain('resequence')
  })

  test('lets a batch await a probe only where the answer to a batch behind it can tell', () => {
    const others = everySituation.filter(({ canBeProbed }) => !canBeProbed)
    expect(actionsIn(others)).not.toContain('awaitProbe')
  })
})
