/** Figures below ten get one digit behind the point. */
export function figure(value: number, unit: string): string {
  if (Number.isNaN(value)) return '-'
  const digits = value < 10 ? (value < 1 ? 2 : 1) : 0
  const number = value.toLocaleString('en', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
  return `${number} ${unit}`.trimEnd()
}

/** `M records/s` and `ns` of nanoseconds for a record. */
export function recordFigure(nanoseconds: number): string {
  if (Number.isNaN(nanoseconds)) return '-'
  return `${figure(1_000 / nanoseconds, 'M/s')} ${figure(nanoseconds, 'ns').padStart(9)}`
}

const nameWidth = 34
const cellWidth = 20

export function row(name: string, cells: readonly string[]): string {
  return name.padEnd(nameWidth) + cells.map((cell) => cell.padStart(cellWidth)).join('')
}

/** A title and the names of the columns, behind an empty line. */
export function head(title: string, columns: readonly string[]): string {
  return `\n${row(title, columns)}`
}
