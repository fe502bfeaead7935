import type { Figures } from '../figures.js'
import type { Result } from './results.js'

/** Figures that a bar can be set for. `ownMiB` is the peak of the memory beyond what the process had without a client. */
export type Figure =
  | 'recordsPerSecond'
  | 'cpuMicros'
  | 'mainCpuMicros'
  | 'p50Ms'
  | 'p99Ms'
  | 'ownMiB'

/** What a figure of Sluice must be. */
export interface Bar {
  readonly workload: string
  readonly client: string
  readonly figure: Figure
  /** The limit itself; or what the figure of the best of `than` is multiplied by. */
  readonly limit: number
  /** Clients whose best figure counts; left out for a limit that is a number by itself. */
  readonly than?: readonly string[]
  /** Where their figures are taken from; the bar's own workload where it is left out. */
  readonly thanWorkload?: string
  /** Is added to their best figure. */
  readonly plus?: number
}

/** How a bar was met. `noise` means missed by less than the same program differs between two runs. */
export interface Verdict {
  readonly bar: Bar
  readonly verdict: 'holds' | 'noise' | 'MISSED'
  readonly found: number
  /** What the figure must not pass. */
  readonly wanted: number
}

const noise = 1.1

/** The verdicts on those bars whose figures were measured. */
export function verdictsOn(bars: readonly Bar[], results: readonly Result[]): Verdict[] {
  return bars.map((bar) => verdictOn(bar, results)).filter((each) => each !== null)
}

/** The verdict on a bar; null where the figures that it needs were not measured. */
function verdictOn(bar: Bar, results: readonly Result[]): Verdict | null {
  const found = figureOf(bar.figure, results, bar.workload, bar.client)
  const wanted = limitOf(bar, results)
  if (found === null || wanted === null) return null
  const ratio = isMoreBetter(bar.figure) ? wanted / found : found / wanted
  return { bar, found, wanted, verdict: ratio <= 1 ? 'holds' : ratio <= noise ? 'noise' : 'MISSED' }
}

function limitOf(bar: Bar, results: readonly Result[]): number | null {
  const { figure, limit, than, plus = 0, workload, thanWorkload = workload } = bar
  if (than === undefined) return limit
  const known = than
    .map((client) => figureOf(figure, results, thanWorkload, client))
    .filter((each) => each !== null)
  if (known.length === 0) return null
  const best = isMoreBetter(figure) ? Math.max(...known) : Math.min(...known)
  return limit * best + plus
}

function figureOf(
  figure: Figure,
  results: readonly Result[],
  workload: string,
  client: string,
): number | null {
  const result = results.find((each) => each.workload === workload && each.client === client)
  const figures = result?.figures ?? null
  return figures === null ? null : valueOf(figure, figures)
}

function valueOf(figure: Figure, figures: Figures): number | null {
  return figure === 'ownMiB' ? figures.peakMiB - figures.baseMiB : figures[figure]
}

function isMoreBetter(figure: Figure): boolean {
  return figure === 'recordsPerSecond'
}
