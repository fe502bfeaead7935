/** A line of a table: what it is of, and its figures. */
export function row(title: string, cells: readonly string[]): string {
  return title.padEnd(34) + cells.map((cell) => cell.padStart(14)).join('')
}
