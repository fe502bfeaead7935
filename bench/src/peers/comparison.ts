import { join } from 'node:path'
import type { PeerClient } from './client-list/client.js'
import { Clusters } from './clusters/clusters.js'
import { thisMachine } from './machine.js'
import { makeReady } from './ready.js'
import { type Report, resultOf, versionsIn } from './report/results.js'
import { runRounds } from './rounds.js'
import { temporaryFolder } from './temporary-folder.js'
import { writeValues } from './values.js'
import type { Workload } from './workloads.js'

const quickShare = 1 / 50

/** How clients are compared. */
export interface ComparisonOptions {
  readonly workloads: readonly Workload[]
  readonly rounds: number
  /** A fiftieth of the records. */
  readonly quick: boolean
}

/**
 * Runs the clients in turns with the workloads in which they take part, on brokers that it starts.
 *
 * @param settings - what a reader must know of the clients
 */
export async function compared(
  clients: readonly PeerClient[],
  { workloads, rounds, quick }: ComparisonOptions,
  settings: Readonly<Record<string, string>>,
): Promise<Report> {
  using folder = temporaryFolder('sluice-bench-')
  const date = new Date().toISOString()
  const { ready, skipped } = await makeReady(clients, say)
  await using clusters = await Clusters.startFor(workloads)
  const brokers = clusters.descriptions.join(', ')
  say(`Node ${process.version}, ${brokers}`)
  const clusterOf = (workload: Workload): ReturnType<Clusters['of']> => clusters.of(workload)
  const deps = { say, clusterOf, valuesOf: valuesIn(folder.path, workloads) }
  const all = await runRounds(ready, workloads, rounds, quick ? quickShare : 1, deps)
  return {
    date,
    machine: thisMachine(),
    settings: {
      brokers,
      rounds: `${rounds}, the clients in turns${quick ? ', a quick run: the figures are worthless' : ''}`,
      ...settings,
      records: '16-byte keys, values that begin an order in JSON',
    },
    workloads: Object.fromEntries(workloads.map(({ id, title }) => [id, title])),
    versions: versionsIn(all),
    results: all.map(resultOf),
    skipped,
  }
}

/** Writes a file of values for each length, and tells where it is. */
function valuesIn(folder: string, workloads: readonly Workload[]): (valueBytes: number) => string {
  const fileOf = (valueBytes: number): string => join(folder, `values-${valueBytes}`)
  for (const bytes of new Set(workloads.map(({ how }) => how.valueBytes)))
    writeValues(fileOf(bytes), bytes)
  return fileOf
}

function say(line: string): void {
  console.log(line)
}
