/** A whole number with thin gaps, and large ones shortened: 12 345, 1.2 M. */
export function count(value: number): string {
  if (value >= 1e9) return `${(value / 1e9).toFixed(2)} G`
  if (value >= 1e6) return `${(value / 1e6).toFixed(2)} M`
  return Math.round(value).toLocaleString('en').replaceAll(',', '\u202f')
}

export function plural(value: number, name: string): string {
  return `${count(value)} ${name}${value === 1 ? '' : name.endsWith('ch') ? 'es' : 's'}`
}

export function bytes(value: number): string {
  const unit = value >= 1e6 ? 'MB' : value >= 1e3 ? 'kB' : 'B'
  const scaled = value / { MB: 1e6, kB: 1e3, B: 1 }[unit]
  return `${scaled.toFixed(scaled >= 100 || unit === 'B' ? 0 : 1)} ${unit}`
}

export function duration(ms: number | null): string {
  if (ms === null) return '–'
  if (ms >= 60_000) return `${(ms / 60_000).toFixed(1)} min`
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(1)} s`
  return `${ms >= 10 ? Math.round(ms) : ms.toFixed(1)} ms`
}

export function clockTime(at: number): string {
  return new Date(at).toLocaleTimeString('en-GB')
}
