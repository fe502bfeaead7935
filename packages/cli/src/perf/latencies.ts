import { createHistogram } from 'node:perf_hooks'

/** Milliseconds below which so many of a hundred fall. */
export interface LatencyFigures {
  readonly average: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly p999: number
  readonly max: number
}

const tenMinutes = 600_000_000

/** A HdrHistogram, which Node has built in: three digits of each value, from a microsecond up to ten minutes. */
export class Latencies {
  readonly #micros = createHistogram({ lowest: 1, highest: tenMinutes, figures: 3 })

  noteMs(ms: number): void {
    this.#micros.record(Math.min(tenMinutes, Math.max(1, Math.round(ms * 1000))))
  }

  reset(): void {
    this.#micros.reset()
  }

  /** Null where nothing was noted. */
  read(): LatencyFigures | null {
    if (this.#micros.count === 0) return null
    const at = (percentile: number): number => this.#micros.percentile(percentile) / 1000
    return {
      average: Math.round(this.#micros.mean) / 1000,
      p50: at(50),
      p95: at(95),
      p99: at(99),
      p999: at(99.9),
      max: this.#micros.max / 1000,
    }
  }
}

/** Such as `p50 1.2, p95 2.4, p99 4.1, p99.9 9.0, max 12.1 ms`. */
export function latencyText(figures: LatencyFigures | null): string {
  if (figures === null) return 'not measured'
  const { p50, p95, p99, p999, max } = figures
  const parts = { p50, p95, p99, 'p99.9': p999, max }
  const texts = Object.entries(parts).map(([name, ms]) => `${name} ${ms.toFixed(1)}`)
  return `${texts.join(', ')} ms`
}
