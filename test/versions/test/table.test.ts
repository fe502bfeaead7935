import { readFileSync } from 'node:fs'
import { isSince } from '@sluice/test-kafka'
import { expect, test } from 'vitest'
import { withTable } from '../../marked-table.js'
import { titles } from '../src/checks.js'
import { outcomeOf } from '../src/kafka-tests.js'
import { readSeen } from '../src/seen.js'
import { isFault, versionsTable } from '../src/table.js'
import { versions } from '../src/versions.js'

test('the table of versions in the README is what the command has seen', () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8')
  expect(readme).toBe(withTable(readme, 'versions', versionsTable(readSeen())))
})

test('nothing that was tried on a version was wrong', () => {
  const wrong = Object.entries(readSeen()).flatMap(([version, { outcomes }]) =>
    titles
      .map((title) => [version, title, outcomes[title] ?? 'not run'] as const)
      .filter(([, , outcome]) => outcome !== 'not run' && isFault(outcome)),
  )
  expect(wrong).toEqual([])
})

test('a version that was not run, a check that has failed and one that was skipped are all told of', () => {
  const table = versionsTable({
    '4.3.1': { day: '2026-11-30', outcomes: { snappy: '2 failed', zstd: '1 skipped' } },
  })
  const rows = table.split('\n')
  expect(rows).toHaveLength(versions.length + 2)
  expect(rows.find((row) => row.startsWith('| 4.3.1'))).toMatch(/not run.*2 failed.*1 skipped/)
  expect(rows.find((row) => row.startsWith('| 2.1.1'))).toMatch(/ZooKeeper.*not run/)
  expect(['not run', '2 failed', '1 skipped'].every(isFault)).toBe(true)
})

test.each([
  ['ok', ['passed', 'passed'], 'passed'],
  ['1 failed', ['passed', 'failed'], 'failed'],
  ['1 skipped', ['passed', 'pending'], 'passed'],
  ['FAILED to run', ['pending'], 'passed'],
  ['FAILED to run', [], 'failed'],
])('of a file of tests is told: %s', (expected, states, status) => {
  const assertionResults = states.map((each) => ({ status: each }))
  expect(outcomeOf({ name: 'x', status, assertionResults })).toBe(expected)
})

test('a file of tests that is not in the report did not run', () => {
  expect(outcomeOf(undefined)).toBe('FAILED to run')
})

test.each([
  ['2.4.1', '2.5', false],
  ['2.8.2', '2.5', true],
  ['3.0.2', '2.5', true],
  ['3.9.2', '4.0', false],
  ['4.0.2', '4.0', true],
  ['2.10.0', '2.5', true],
])('version %s is %s or later: %s', (version, first, expected) => {
  expect(isSince(version, first)).toBe(expected)
})
