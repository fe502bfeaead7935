import type { Deliveries } from './deliveries.js'
import type { Observations } from './observations.js'

/** What a run has measured. */
export interface Measured {
  readonly deliveries: Deliveries
  /** Batches that were read back. */
  readonly batchesInLog: number
  readonly elapsedMs: number
  readonly observations: Observations
}

/** The table at the end. */
export function report({ deliveries, batchesInLog, elapsedMs, observations }: Measured): string {
  const { count } = deliveries
  const latenciesMs = deliveries.latenciesMs.toSorted()
  return table([
    ['records', integer(count)],
    ['batches', integer(observations.batches)],
    ['  of them in the log', integer(batchesInLog)],
    ['records per batch', decimal(count / observations.batches)],
    ['requests', integer(observations.requests)],
    ['  of them Produce', integer(observations.produceRequests)],
    ['records per Produce', decimal(count / observations.produceRequests)],
    ['connections', integer(observations.connections)],
    ['records/s', integer((count / elapsedMs) * 1_000)],
    ['p50 of acknowledgement', milliseconds(percentile(latenciesMs, 0.5))],
    ['p99 of acknowledgement', milliseconds(percentile(latenciesMs, 0.99))],
  ])
}

/** Nearest rank, of numbers in ascending order. */
function percentile(sorted: Float64Array, share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!
}

function table(rows: readonly (readonly [string, string])[]): string {
  const nameWidth = Math.max(...rows.map(([name]) => name.length))
  const valueWidth = Math.max(...rows.map(([, value]) => value.length))
  return rows
    .map(([name, value]) => `${name.padEnd(nameWidth)}  ${value.padStart(valueWidth)}\n`)
    .join('')
}

function integer(value: number): string {
  return Math.round(value).toLocaleString('en')
}

function decimal(value: number): string {
  return value.toFixed(1)
}

function milliseconds(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 0)} ms`
}
