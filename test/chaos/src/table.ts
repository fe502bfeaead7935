import type { Row } from './row.js'

const columns: readonly (readonly [title: string, width: number, of: (row: Row) => string])[] = [
  ['fault', -20, ({ name }) => name],
  ['s', 5, ({ seconds }) => seconds.toFixed(0)],
  ['sent', 8, ({ sent }) => `${sent}`],
  ['acked', 8, ({ acknowledged }) => `${acknowledged}`],
  ['lost', 6, ({ lost }) => `${lost}`],
  ['duplicated', 11, ({ duplicated }) => `${duplicated}`],
  ['reordered', 10, ({ reordered }) => `${reordered}`],
  ['rejected', 9, ({ rejected }) => `${rejected}`],
  ['recovery s', 11, ({ recoverySeconds }) => recoverySeconds.toFixed(2)],
  ['reconnects', 11, ({ connects }) => `${connects}`],
  ['ok', 7, ({ faults }) => (faults.length === 0 ? 'ok' : 'FAILED')],
]

export function tableHead(): string {
  return line(columns.map(([title]) => title))
}

/** The row, and below it what the columns do not say. */
export function tableRow(row: Row): string {
  const { withoutOffset, faults } = row
  const cells = line(columns.map(([, , of]) => of(row)))
  const notes = withoutOffset > 0 ? [`${withoutOffset} acknowledged without an offset`] : []
  return [cells, ...[...notes, ...faults].map((text) => `    ${text}`)].join('\n')
}

function line(cells: readonly string[]): string {
  const padded = cells.map((cell, index) => {
    const [, width] = columns[index]!
    return width < 0 ? cell.padEnd(-width) : cell.padStart(width)
  })
  return padded.join('')
}
