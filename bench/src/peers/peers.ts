import { allClients } from './client-list/all-clients.js'
import type { PeerClient } from './client-list/client.js'
import { compared } from './comparison.js'
import { chosen } from './names.js'
import type { PeersOptions } from './options.js'
import { checkOut } from './other-checkout.js'
import { bars } from './report/bars.js'
import { drawingsOf } from './report/plots.js'
import { sectionsByWorkload } from './report/results.js'
import { markdownOf } from './report/table.js'
import { writeReport } from './report/write-report.js'
import { takesPart } from './rounds.js'

/**
 * Compares Sluice with every client that can be built here, on brokers that it starts, and writes what it finds to
 * `docs/benchmarks`. What a quick run finds is only printed.
 */
export async function peers(options: PeersOptions): Promise<void> {
  const { against, quick } = options
  using other = against === null ? null : checkOut(against)
  const clients = clientsFor(options, other?.folder ?? null)
  const report = await compared(clients, options, {
    clients: 'acks all, idempotent, defaults otherwise; no linger where records are awaited',
    ...(against !== null && { other: `Sluice as of ${against}` }),
  })
  const sections = sectionsByWorkload(report)
  const markdown = markdownOf(report, { title: 'Sluice beside other clients', sections, bars })
  const found = { report, markdown, drawings: await drawingsOf(sections) }
  writeReport('peers', found, quick)
}

/** Those that the options name, and that take part in one of their workloads. */
function clientsFor({ clients, workloads }: PeersOptions, other: string | null): PeerClient[] {
  const asked = chosen(allClients(other), clients, 'client')
  const part = asked.filter((client) => workloads.some((each) => takesPart(each, client.workloads)))
  if (part.length === 0) throw new Error('None of these clients takes part in these workloads.')
  return part
}
