const grouped = new Intl.NumberFormat('en-US')

/** A whole number as people read it: 1,234,567. */
export function readable(count: number): string {
  return grouped.format(Math.round(count))
}

/** `1 record`, `2,000 records`. */
export function counted(count: number, noun: string): string {
  return `${readable(count)} ${noun}${count === 1 ? '' : 's'}`
}
