import type { Row } from './judged.js'

const columns: readonly (readonly [title: string, width: number, of: (row: Row) => string])[] = [
  ['scenario', -15, ({ name }) => name],
  ['s', 5, ({ seconds }) => seconds.toFixed(0)],
  ['begun', 7, ({ history }) => `${history.size}`],
  ['committed', 11, ({ history }) => `${history.count('committed')}`],
  ['aborted', 9, ({ history }) => `${history.count('aborted')}`],
  ['cut off', 9, ({ history }) => `${history.count('open') + history.count('committing')}`],
  ['visible', 9, ({ visible }) => `${visible}`],
  ['lost', 6, ({ lost }) => `${lost}`],
  ['torn', 6, ({ torn }) => `${torn}`],
  ['doubled', 9, ({ doubled }) => `${doubled}`],
  ['uncommitted', 13, ({ uncommitted }) => `${uncommitted}`],
  ['reordered', 11, ({ reordered }) => `${reordered}`],
  ['foreign', 9, ({ foreign }) => `${foreign}`],
  ['hanging', 9, ({ hanging }) => `${hanging}`],
  ['ok', 8, ({ faults }) => (faults.length === 0 ? 'ok' : 'FAILED')],
]

export function tableHead(): string {
  return columns.map(([title, width]) => cell(title, width)).join('')
}

/** The row, and below it the figures of the scenario alone and what was not as it must be. */
export function tableRow(row: Row): string {
  const cells = columns.map(([, width, of]) => cell(of(row), width)).join('')
  const faults = row.faults.map((fault) => `FAULT ${fault}`)
  const notes = row.figures.length === 0 ? [] : [row.figures.join(', ')]
  return [cells, ...[...notes, ...faults].map((text) => `    ${text}`)].join('\n')
}

function cell(text: string, width: number): string {
  return width < 0 ? text.padEnd(-width) : text.padStart(width)
}
