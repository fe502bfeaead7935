import { expect, test } from 'vitest'
import { bars } from '../../src/peers/report/bars.js'
import { type Report, sectionsByWorkload } from '../../src/peers/report/results.js'
import { markdownOf, tableOf } from '../../src/peers/report/table.js'
import { aResult } from './results.js'

const aReport: Report = {
  date: '2026-11-29T21:04:00.000Z',
  machine: {
    cpu: 'a processor',
    cores: 2,
    memoryGiB: 24,
    system: 'Linux 6 x64',
    node: 'v24.0.0',
    commit: 'abc123',
  },
  settings: { rounds: '3' },
  workloads: { w1: 'as fast as it can' },
  versions: { java: 'Java 4.3.1' },
  results: [aResult('java')],
  skipped: [{ id: 'franz-go', reason: 'it needs go,\nwhich is not on PATH' }],
}

function pageOf(report: Report): string {
  return markdownOf(report, { title: 'a title', sections: sectionsByWorkload(report), bars })
}

/** The cells of each row by their headings. */
function rowsOf(table: string): Record<string, string>[] {
  const cellsOf = (line: string): string[] =>
    line.split(' | ').map((cell) => cell.replaceAll(/^\| | \|$/g, ''))
  const [heading, , ...rows] = table.split('\n\n')[0]!.split('\n').map(cellsOf)
  return rows.map((cells) => Object.fromEntries(heading!.map((title, i) => [title, cells[i]!])))
}

test('the first client has the ratio 1, and the others are measured by it', () => {
  const slower = aResult('slower', { recordsPerSecond: 250_000, cpuMicros: 1.25 })
  const lines = tableOf([aResult('first'), slower]).split('\n')
  expect(lines[2]).toContain('| first | 1,000,000 | 1.00 | 0.500 | 1.00 |')
  expect(lines[3]).toContain('| slower | 250,000 | 0.25 | 1.25 | 2.50 |')
})

test('a column that no client fills is left out, and a cell of a client that cannot tell is empty', () => {
  const rows = rowsOf(tableOf([aResult('a'), aResult('b', { eventLoopUtilisation: null })]))
  expect(rows[0]).toMatchObject({ client: 'a', 'event loop': '93 %', 'requests/s': '500' })
  expect(rows[1]).toMatchObject({ client: 'b', 'event loop': '' })
  expect(Object.keys(rows[0]!)).not.toContain('p99 ms')
})

test('a client without a run that counts is in the table as void, with the reason below', () => {
  const table = tableOf([aResult('bad', null), aResult('good')])
  expect(table).toContain('| bad (void) |')
  expect(table).toContain('| good | 1,000,000 | 1.00 |')
  expect(table).toContain('\n\n- bad, void: it ended with 1: Error: a \\| b and more')
})

test('a client of which some rounds are void says how many count', () => {
  const some = { ...aResult('some'), counted: 2, voidRuns: ['lost', 'lost'] }
  const table = tableOf([some])
  expect(table).toContain('| some (2 of 3 rounds) |')
  expect(table.match(/some, void: lost/g)).toHaveLength(1)
})

test('the report names machine, versions and settings, and every client that was left out with the reason', () => {
  const text = pageOf(aReport)
  expect(text).toContain(
    '2026-11-29 21:04 UTC, commit abc123, Node v24.0.0, 2 × a processor, 24 GiB, Linux 6 x64.',
  )
  expect(text).toContain('- rounds: 3')
  expect(text).toContain('- java: Java 4.3.1')
  expect(text).toContain('## W1: as fast as it can\n\n| client |')
  expect(text).toContain('## Left out\n\n- franz-go: it needs go, which is not on PATH')
})

test('the report judges the bars that were measured', () => {
  const results = [
    aResult('sluice-enqueue', { recordsPerSecond: 1_200_000, cpuMicros: 0.5 }),
    aResult('franz-go', { recordsPerSecond: 1_000_000, cpuMicros: 0.4 }),
  ]
  const text = pageOf({ ...aReport, results })
  expect(text).toContain(
    '| W1 sluice-enqueue: CPU µs/record at most 1.00 × the best of franz-go, librdkafka | 0.400 | 0.500 | MISSED |',
  )
  expect(text).toMatch(
    /sluice-enqueue: records\/s at least 0.950 × .*\| 950,000 \| 1,200,000 \| holds \|/,
  )
  expect(text).not.toContain('sluice-send:')
})
