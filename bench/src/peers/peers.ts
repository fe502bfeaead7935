import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { allClients } from './all-clients.js'
import { Clusters } from './clusters/clusters.js'
import { chosen } from './names.js'
import type { PeersOptions } from './options.js'
import { makeReady } from './ready.js'
import { runRounds, takesPart } from './rounds.js'
import { writeValues } from './values.js'
import type { Workload } from './workloads.js'

const quickShare = 1 / 50

/** Compares Sluice with every client that can be built here, on a real Kafka that it starts. */
export async function peers(options: PeersOptions): Promise<void> {
  const { workloads, rounds, quick } = options
  const folder = mkdtempSync(join(tmpdir(), 'sluice-peers-'))
  try {
    const asked = chosen(allClients(null), options.clients, 'client').filter((client) =>
      workloads.some((workload) => takesPart(workload, client.workloads)),
    )
    const { ready } = await makeReady(asked, say)
    await using clusters = new Clusters()
    for (const workload of workloads) await clusters.startFor(workload)
    say(`Node ${process.version}, ${clusters.descriptions.join(', ')}`)
    const deps = {
      say,
      clusterOf: (workload: Workload) => clusters.of(workload),
      valuesOf: valuesIn(folder, workloads),
    }
    await runRounds(ready, workloads, rounds, quick ? quickShare : 1, deps)
  } finally {
    rmSync(folder, { recursive: true })
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
