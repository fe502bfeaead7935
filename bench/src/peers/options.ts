import { chosen } from './names.js'
import { type Workload, workloads } from './workloads.js'

/** What the command line asks for. */
export interface PeersOptions {
  readonly workloads: readonly Workload[]
  /** Names for `--clients`; none for all. */
  readonly clients: readonly string[]
  readonly rounds: number
  /** A fiftieth of the records in one round, to see whether everything runs. Its figures are worthless. */
  readonly quick: boolean
  /** A git reference whose Sluice takes part, too. */
  readonly against: string | null
}

/** The values of the command line as they are parsed. */
export interface PeersArguments {
  readonly only?: string | undefined
  readonly clients?: string | undefined
  readonly rounds?: string | undefined
  readonly quick?: boolean | undefined
  readonly against?: string | undefined
}

/** @throws Error for a workload that there is not, and for a number of rounds that is none */
export function peersOptions(values: PeersArguments): PeersOptions {
  const { only, clients, quick = false, against = null } = values
  const rounds = Number(values.rounds ?? (quick ? 1 : 5))
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error(
      `--rounds is how often each client runs, 1 or more, but it is "${values.rounds}".`,
    )
  return {
    workloads: chosen(workloads, names(only), 'workload'),
    clients: names(clients),
    rounds,
    quick,
    against,
  }
}

function names(list = ''): string[] {
  return list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
}
