import { join } from 'node:path'
import { allClients } from './client-list/all-clients.js'
import type { PeerClient } from './client-list/client.js'
import { Clusters } from './clusters/clusters.js'
import { thisMachine } from './machine.js'
import { chosen } from './names.js'
import type { PeersOptions } from './options.js'
import { checkOut } from './other-checkout.js'
import { makeReady } from './ready.js'
import { type Report, resultOf, versionsIn } from './report/results.js'
import { writeReport } from './report/write-report.js'
import { runRounds, takesPart } from './rounds.js'
import { temporaryFolder } from './temporary-folder.js'
import { writeValues } from './values.js'
import type { Workload } from './workloads.js'

const quickShare = 1 / 50

/**
 * Compares Sluice with every client that can be built here, on brokers that it starts, and writes what it finds to
 * `docs/benchmarks`. What a quick run finds is only printed.
 */
export async function peers(options: PeersOptions): Promise<void> {
  using folder = temporaryFolder('sluice-peers-')
  using other = options.against === null ? null : checkOut(options.against)
  const clients = clientsFor(options, other?.folder ?? null)
  await writeReport(await compared(clients, options, folder.path), options.quick)
}

/** Those that the options name, and that take part in one of their workloads. */
function clientsFor({ clients, workloads }: PeersOptions, other: string | null): PeerClient[] {
  const asked = chosen(allClients(other), clients, 'client')
  const part = asked.filter((client) => workloads.some((each) => takesPart(each, client.workloads)))
  if (part.length === 0) throw new Error('None of these clients takes part in these workloads.')
  return part
}

async function compared(
  clients: readonly PeerClient[],
  options: PeersOptions,
  folder: string,
): Promise<Report> {
  const { workloads, rounds, quick } = options
  const date = new Date().toISOString()
  const { ready, skipped } = await makeReady(clients, say)
  await using clusters = await Clusters.startFor(workloads)
  say(`Node ${process.version}, ${clusters.descriptions.join(', ')}`)
  const clusterOf = (workload: Workload): ReturnType<Clusters['of']> => clusters.of(workload)
  const deps = { say, clusterOf, valuesOf: valuesIn(folder, workloads) }
  const all = await runRounds(ready, workloads, rounds, quick ? quickShare : 1, deps)
  return {
    date,
    machine: thisMachine(),
    settings: settingsOf(options, clusters.descriptions),
    workloads: Object.fromEntries(workloads.map(({ id, title }) => [id, title])),
    versions: versionsIn(all),
    results: all.map(resultOf),
    skipped,
  }
}

function settingsOf(
  { rounds, quick, against }: PeersOptions,
  brokers: readonly string[],
): Record<string, string> {
  return {
    brokers: brokers.join(', '),
    rounds: `${rounds}, the clients in turns${quick ? ', a quick run: the figures are worthless' : ''}`,
    clients: 'acks all, idempotent, defaults otherwise; no linger where records are awaited',
    records: '16-byte keys, values that begin an order in JSON',
    ...(against !== null && { other: `Sluice as of ${against}` }),
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
