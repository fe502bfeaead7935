import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { withTable } from '../../test/marked-table.js'
import { absent, readSeen, runtimesTable } from '../runtimes/seen.js'
import { checks } from '../runtimes/smoke/checks.js'
import { titles } from '../runtimes/titles.js'

test('the table of runtimes in the README is what the command has seen', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  expect(readme).toBe(withTable(readme, 'runtimes', runtimesTable(readSeen())))
})

test('the checks of the program are those of the table, after the demo', () => {
  expect(['demo', ...Object.keys(checks)]).toEqual(titles)
})

test('a runtime on which a check has failed, or was not run, has no "ok" there', () => {
  const table = runtimesTable({
    Bun: { version: '1.0', day: '2026-11-30', outcomes: { send: 'ok', zstd: 'fails: TypeError' } },
    'Node 20': { version: '20.1', day: '2026-11-30', outcomes: { zstd: absent } },
  })
  expect(table).toMatch(/zstd +\| no +\| – /)
  expect(table).toMatch(/send +\| ok/)
  expect(table).toMatch(/zstd +\| no/)
  expect(table).toMatch(/TLS +\| no/)
})
