import type { PeerClient } from '../peers/client-list/client.js'
import { here } from '../peers/client-list/script.js'
import { sluiceIn } from '../peers/client-list/sluice.js'
import { compared } from '../peers/comparison.js'
import { chosen } from '../peers/names.js'
import type { PeersOptions } from '../peers/options.js'
import { drawingsOf } from '../peers/report/plots.js'
import type { Report, Section } from '../peers/report/results.js'
import { markdownOf } from '../peers/report/table.js'
import { writeReport } from '../peers/report/write-report.js'
import { takesPart } from '../peers/rounds.js'
import { type Study, studies } from './studies.js'

/**
 * Tries Sluice with other values of the options whose defaults were chosen by measurement, in turns, and writes what it
 * finds to `docs/benchmarks`. `clients` of the options names values, like `batchBytes`, or `batchBytes-65536`.
 */
export async function defaults(options: PeersOptions): Promise<void> {
  const clients = chosen(studies.flatMap(clientsOf), options.clients, 'value')
  const workloads = options.workloads.filter((each) =>
    clients.some((client) => takesPart(each, client.workloads)),
  )
  const report = await compared(
    clients,
    { ...options, workloads },
    {
      clients: 'Sluice with defaults, but for the one option that a row names',
    },
  )
  const sections = sectionsOf(report)
  const title = 'What the defaults were chosen from'
  const markdown = markdownOf(report, { title, sections, bars: [] })
  writeReport('defaults', { report, markdown, drawings: await drawingsOf(sections) }, options.quick)
}

function clientsOf({ option, values, workloads }: Study): PeerClient[] {
  return values.map((value) => ({
    id: `${option}-${value}`,
    pace: 'fast',
    workloads,
    async prepare() {
      const enqueue = await sluiceIn(here, 'enqueue', { [option]: value })
      const send = await sluiceIn(here, 'send', { [option]: value })
      return (task) => (task.load === 'flood' ? enqueue : send)(task)
    },
  }))
}

/** A section for each option and workload, with the values in their order. */
function sectionsOf({ workloads, results }: Report): Section[] {
  return studies.flatMap(({ option }) =>
    Object.entries(workloads).flatMap(([workload, title]) => {
      const some = results.filter(
        (each) => each.workload === workload && each.client.startsWith(`${option}-`),
      )
      if (some.length === 0) return []
      return [{ id: `${option}-${workload}`, title, results: some }]
    }),
  )
}
