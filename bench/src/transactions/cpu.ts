import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { median } from '../compare/median.js'
import type { Brokers } from '../pipeline/brokers.js'
import { type LoadName, loadNames, recordsPerTransaction } from './load.js'
import type { Cost } from './measured-load.js'
import type { JavaClients } from './peers/java-clients.js'
import { printBar, row } from './table.js'

const script = fileURLToPath(new URL('./measured-load.ts', import.meta.url))
/** Transactions that V8 may take to compile the hot path; they are not measured. */
const warmUp = 200
const most = 1.1

/**
 * What a record costs in transactions of a thousand, against the idempotent producer that flushes after each thousand. The
 * loads take turns in processes of their own, since each must have the code that V8 makes for it alone.
 */
export async function cpu(
  count: number,
  rounds: number,
  brokers: Brokers,
  java: JavaClients,
): Promise<void> {
  const costs = new Map<LoadName, Cost[]>(loadNames.map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const name of round % 2 === 0 ? loadNames : loadNames.toReversed()) {
      costs.get(name)!.push(measured(name, count, brokers))
      await java.mustFind((warmUp + count) * recordsPerTransaction)
    }
    console.log(`${round === 0 ? '\n' : ''}CPU: round ${round + 1} of ${rounds}`)
  }
  console.log(
    `CPU a record in groups of ${recordsPerTransaction}, ${count} groups, median of ${rounds} rounds`,
  )
  console.log(row('', ['µs a record', 'least', 'most', 'records/s']))
  for (const [name, list] of costs) console.log(row(name, cells(list)))
  for (const way of ['enqueue', 'send'] as const) judge(way, costs)
}

function measured(name: LoadName, count: number, { bootstrapServers }: Brokers): Cost {
  const node = ['--conditions=@sluice/source', '--import', 'tsx', script]
  const args = [...node, name, bootstrapServers.join(','), String(warmUp), String(count)]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`the load "${name}" failed: ${stderr}`)
  return JSON.parse(stdout) as Cost
}

function cells(list: readonly Cost[]): string[] {
  const micros = list.map(({ cpuMicrosPerRecord }) => cpuMicrosPerRecord)
  const rate = median(list.map(({ recordsPerSecond }) => recordsPerSecond))
  return [
    ...[median(micros), Math.min(...micros), Math.max(...micros)].map((each) => each.toFixed(3)),
    Math.round(rate).toLocaleString('en'),
  ]
}

function judge(way: 'enqueue' | 'send', costs: ReadonlyMap<LoadName, readonly Cost[]>): void {
  const micros = (kind: string): number =>
    median(costs.get(`${kind} ${way}` as LoadName)!.map((cost) => cost.cpuMicrosPerRecord))
  const [transaction, idempotent] = [micros('transaction'), micros('idempotent')]
  const ratio = transaction / idempotent
  const more = (transaction - idempotent) * recordsPerTransaction
  const found = `a record by ${way} costs ${ratio.toFixed(3)} of an idempotent one, ${more.toFixed(0)} µs more a transaction`
  printBar(ratio <= most, found, `${most} at most`)
}
