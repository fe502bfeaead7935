import { errorText } from '../command-line/error-text.js'
import { type ArrivalValues, countsText } from '../sending/counts-text.js'
import { type Interruption, interruptionText } from '../sending/interruption.js'
import { counted, readable } from '../terminal/numbers.js'
import { type LatencyFigures, latencyText } from './latencies.js'
import type { PerfValues } from './perf-options.js'
import type { Phase } from './phase.js'

/** What `sluice perf` has measured. With `--json` it is printed as it is. */
export interface PerfFigures {
  readonly topic: string
  readonly acknowledged: number
  readonly failed: number
  readonly possiblyWritten: number
  /** How many failed, by the code of the error. */
  readonly errors: Readonly<Record<string, number>>
  /** From when the first record was due until the last acknowledgement. */
  readonly seconds: number
  /** Acknowledged ones. */
  readonly recordsPerSecond: number
  /** Keys and values of acknowledged records, in 1,000,000 bytes, before compression. */
  readonly megabytesPerSecond: number
  /** What was asked for; null for as fast as it goes. */
  readonly targetRecordsPerSecond: number | null
  /** From when a record was due until it was acknowledged, in ms. */
  readonly latencyMs: LatencyFigures | null
  /** From when a record was due until it was handed over, in ms: part of the latency; null without a rate. */
  readonly lateMs: LatencyFigures | null
  /** Null without transactions. */
  readonly transactions: TransactionFigures | null
  /** Records that were sent before, and are not measured. */
  readonly warmUpRecords: number
}

/** What `sluice perf` has measured of transactions. */
export interface TransactionFigures {
  readonly committed: number
  /** Those that were not committed for sure. */
  readonly lost: number
  /** From the call of a commit until the coordinator has confirmed it, in ms. */
  readonly commitMs: LatencyFigures | null
}

/** @param meanBytes - of key and value of a record */
export function perfFigures(
  topic: string,
  { rate, transactionalId }: PerfValues,
  meanBytes: number,
  warmUp: Phase,
  phase: Phase,
): PerfFigures {
  const seconds = phase.elapsedMs / 1000
  const recordsPerSecond = seconds === 0 ? 0 : phase.acknowledged / seconds
  const errors = [...phase.failures].map(([code, { count }]) => [code, count])
  return {
    topic,
    acknowledged: phase.acknowledged,
    failed: phase.failed,
    possiblyWritten: phase.possiblyWritten,
    errors: Object.fromEntries(errors),
    seconds,
    recordsPerSecond,
    megabytesPerSecond: (recordsPerSecond * meanBytes) / 1_000_000,
    targetRecordsPerSecond: rate ?? null,
    latencyMs: phase.latencies.read(),
    lateMs: rate === undefined ? null : phase.lateness.read(),
    transactions: transactionalId === undefined ? null : transactionFigures(phase),
    warmUpRecords: warmUp.given,
  }
}

function transactionFigures(phase: Phase): TransactionFigures {
  return {
    committed: phase.committedTransactions,
    lost: phase.lostTransactions,
    commitMs: phase.commits.read(),
  }
}

/** The figures as people read them. */
export function figuresText(figures: PerfFigures): string {
  const { recordsPerSecond, megabytesPerSecond, targetRecordsPerSecond, latencyMs } = figures
  const target =
    targetRecordsPerSecond === null ? '' : ` of ${readable(targetRecordsPerSecond)} asked for`
  const average = latencyMs === null ? '' : `, average ${latencyMs.average.toFixed(1)} ms`
  const lines = [
    `records/s  ${readable(recordsPerSecond)}${target}`,
    `MB/s       ${megabytesPerSecond.toFixed(2)}`,
    `latency    ${latencyText(latencyMs)}${average}`,
    ...(figures.lateMs === null ? [] : [`sent late  ${latencyText(figures.lateMs)}`]),
    ...transactionLines(figures.transactions),
    `measured   ${figures.seconds.toFixed(1)} s, after a warm-up of ${counted(figures.warmUpRecords, 'record')}`,
  ]
  return lines.map((text) => `${text}\n`).join('')
}

function transactionLines(transactions: TransactionFigures | null): string[] {
  if (transactions === null) return []
  const { committed, lost, commitMs } = transactions
  const failed = lost === 0 ? '' : `, ${readable(lost)} not committed`
  return [
    `commits    ${counted(committed, 'transaction')}${failed}`,
    `commit     ${latencyText(commitMs)}`,
  ]
}

/** What became of the records: the kinds of failures, then the counts. */
export function countsOf(
  phase: Phase,
  values: ArrivalValues,
  interruption: Interruption | null,
): string[] {
  const failures = [...phase.failures.values()].map(({ error, count }) => {
    const reason = interruptionText(error, interruption) ?? errorText(error)
    return `${counted(count, 'record')}: ${reason}`
  })
  return [...failures, countsText(phase, values)]
}
