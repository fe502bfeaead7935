import { type Figures, figuresOf, isRun } from '../figures.js'
import type { Machine } from '../machine.js'
import type { SkippedClient } from '../ready.js'
import type { Runs } from '../rounds.js'

/** The figures of one client and one workload. */
export interface Result {
  readonly workload: string
  readonly client: string
  /** Null where no run counts. */
  readonly figures: Figures | null
  /** How many rounds count, of how many. */
  readonly counted: number
  readonly rounds: number
  /** Why the others do not count. */
  readonly voidRuns: readonly string[]
}

/** All that a run of the bench has found, as it is written to a file. */
export interface Report {
  /** When it began, in ISO 8601. */
  readonly date: string
  readonly machine: Machine
  readonly settings: Readonly<Record<string, string>>
  /** By id. */
  readonly workloads: Readonly<Record<string, string>>
  /** What each client calls itself, with its version, by id. */
  readonly versions: Readonly<Record<string, string>>
  readonly results: readonly Result[]
  readonly skipped: readonly SkippedClient[]
}

export function resultOf({ workload, client, runs }: Runs): Result {
  const counted = runs.filter(isRun)
  return {
    workload: workload.id,
    client,
    figures: figuresOf(counted),
    counted: counted.length,
    rounds: runs.length,
    voidRuns: runs.flatMap((run) => (isRun(run) ? [] : [run.reason])),
  }
}

/** What each client calls itself. A client whose runs are all void does not tell. */
export function versionsIn(all: readonly Runs[]): Record<string, string> {
  const told = all.flatMap(({ client, runs }) =>
    runs.filter(isRun).map(({ outcome }) => [client, outcome.client] as const),
  )
  return Object.fromEntries(told)
}

/** Results that stand side by side in a table and in plots. */
export interface Section {
  /** A short name, which files of plots begin with. */
  readonly id: string
  readonly title: string
  readonly results: readonly Result[]
}

/** A section for each workload. */
export function sectionsByWorkload({ workloads, results }: Report): Section[] {
  return Object.entries(workloads).map(([id, title]) => ({
    id,
    title,
    results: results.filter(({ workload }) => workload === id),
  }))
}
