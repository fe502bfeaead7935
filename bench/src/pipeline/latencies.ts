import { createHistogram } from 'node:perf_hooks'

/** The latency of records, in milliseconds. In the load `open` it counts from when the record was due. */
export interface Latency {
  readonly p50Ms: number
  readonly p99Ms: number
  readonly p999Ms: number
  readonly maxMs: number
}

const minute = 60_000_000

/** A HdrHistogram, which Node has built in: three digits of each value, up to a minute. */
export class Latencies {
  readonly #micros = createHistogram({ lowest: 1, highest: minute, figures: 3 })

  noteMs(ms: number): void {
    this.#micros.record(Math.min(minute, Math.max(1, Math.round(ms * 1_000))))
  }

  read(): Latency | null {
    if (this.#micros.count === 0) return null
    const at = (percentile: number): number => this.#micros.percentile(percentile) / 1_000
    return { p50Ms: at(50), p99Ms: at(99), p999Ms: at(99.9), maxMs: this.#micros.max / 1_000 }
  }
}
