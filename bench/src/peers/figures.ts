import { median } from '../quantiles.js'
import type { Taken } from './clusters/cluster.js'
import type { Outcome, Task } from './task.js'

/** One run of a client that counts. */
export interface Run {
  readonly outcome: Outcome
  /** Records that were measured. */
  readonly count: number
  /** What the brokers took, warm-up included. */
  readonly taken: Taken
}

/** One run that does not count. */
export interface VoidRun {
  readonly reason: string
}

export function isRun(run: Run | VoidRun): run is Run {
  return 'outcome' in run
}

/** The medians of all rounds of one client and one workload. */
export interface Figures {
  readonly recordsPerSecond: number
  readonly cpuMicros: number
  readonly mainCpuMicros: number | null
  readonly p50Ms: number | null
  readonly p99Ms: number | null
  readonly p999Ms: number | null
  readonly peakMiB: number
  /** Of it, what the process had before it had a client. */
  readonly baseMiB: number
  readonly eventLoopUtilisation: number | null
  readonly recordsPerRequest: number | null
  readonly recordsPerBatch: number | null
}

/**
 * Judges a run by what is in the topic.
 *
 * @param count - records that were to be measured
 * @param warmUp - records that were to be sent before
 */
export function judged(
  outcome: Outcome,
  { count, warmUp }: Pick<Task, 'count' | 'warmUp'>,
  taken: Taken,
): Run | VoidRun {
  const wanted = count + warmUp
  if (outcome.sent !== wanted)
    return { reason: `it acknowledged ${outcome.sent} records of ${wanted}` }
  if (taken.records !== BigInt(wanted))
    return { reason: `the topic holds ${taken.records} records where ${wanted} were sent` }
  return { outcome, count, taken }
}

/** Null where no run counts. */
export function figuresOf(runs: readonly Run[]): Figures | null {
  if (runs.length === 0) return null
  const of = (value: (run: Run) => number): number => median(runs.map(value))
  const maybe = (value: (run: Run) => number | null | undefined): number | null => {
    const known = runs.map(value).filter((each) => typeof each === 'number')
    return known.length === 0 ? null : median(known)
  }
  return {
    recordsPerSecond: of(({ outcome, count }) => count / (outcome.wallMs / 1_000)),
    cpuMicros: of(({ outcome, count }) => outcome.cpuMicros / count),
    mainCpuMicros: maybe(({ outcome, count }) => perRecord(outcome.mainCpuMicros, count)),
    p50Ms: maybe(({ outcome }) => outcome.latency?.p50Ms),
    p99Ms: maybe(({ outcome }) => outcome.latency?.p99Ms),
    p999Ms: maybe(({ outcome }) => outcome.latency?.p999Ms),
    peakMiB: of(({ outcome }) => outcome.peakRssKiB / 1_024),
    baseMiB: of(({ outcome }) => outcome.baseRssKiB / 1_024),
    eventLoopUtilisation: maybe(({ outcome }) => outcome.eventLoopUtilisation),
    recordsPerRequest: maybe(({ outcome, taken }) => shared(outcome.sent, taken.requests)),
    recordsPerBatch: maybe(({ outcome, taken }) => shared(outcome.sent, taken.batches)),
  }
}

function shared(records: number, among: number | null): number | null {
  return among === null || among === 0 ? null : records / among
}

function perRecord(total: number | null, records: number): number | null {
  return total === null ? null : total / records
}
