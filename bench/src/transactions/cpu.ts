import { runBuiltLoad } from '../built-load.js'
import { buildCheckout } from '../peers/build-checkout.js'
import { here } from '../peers/client-list/script.js'
import type { Brokers } from '../pipeline/brokers.js'
import { printBar } from '../print-bar.js'
import { median } from '../quantiles.js'
import { type LoadName, loads, recordsPerGroup } from './load.js'
import type { Cost } from './measured-load.js'
import type { JavaClients } from './peers/java-clients.js'
import { row } from './table.js'

const script = new URL('./measured-load.ts', import.meta.url)
/** Groups that are not measured: V8 compiles functions of the hot path until about a million records have been sent. */
const warmUp = 1_000
const most = 1.1

/** The same two loads of Kafka's own producer: what a transaction costs on this cluster, whoever sends. */
const javaLoads = { 'Java, idempotent': false, 'Java, transaction': true }

type JavaLoadName = keyof typeof javaLoads
type Name = LoadName | JavaLoadName
type Costs = Readonly<Record<Name, Cost[]>>

/**
 * What a record costs in transactions of a thousand, against the idempotent producer that flushes after each thousand: as fast
 * as it can, and at the pace of the transactions. A broker makes a transaction wait until the markers of the one before are
 * written, one of three for 20 ms (`add.partitions.to.txn.retry.backoff.ms`). After such a pause every program is slower, since
 * the caches of the processor are cold. The loads take turns in processes of their own, since each must have the code that V8
 * makes for it alone.
 */
export async function cpu(
  count: number,
  rounds: number,
  brokers: Brokers,
  java: JavaClients,
): Promise<void> {
  const names = [...Object.keys(loads), ...Object.keys(javaLoads)] as Name[]
  const costs = Object.fromEntries(names.map((name) => [name, [] as Cost[]])) as Costs
  await buildCheckout(here)
  console.log()
  for (let round = 0; round < rounds; round++) {
    for (const name of turnsOf(names, round))
      costs[name].push(await costOf(name, count, brokers, java, costs))
    console.log(`CPU: round ${round + 1} of ${rounds}`)
  }
  console.log(`CPU of ${recordsPerGroup} records, ${count} times, median of ${rounds} rounds`)
  console.log(row('', ['µs a record', 'least', 'most', 'records/s']))
  for (const name of names) console.log(row(name, cells(costs[name])))
  for (const way of ['enqueue', 'send'] as const) {
    judge(costs, `transaction ${way}`, `idempotent ${way}`)
    console.log(`  ${compared(costs, `transaction ${way}`, `paced ${way}`).found}`)
  }
  console.log(`  ${compared(costs, 'Java, transaction', 'Java, idempotent').found}`)
}

/** In turns forward and backward, but a load comes behind the one whose pace it keeps. */
function turnsOf(names: readonly Name[], round: number): Name[] {
  const order = round % 2 === 0 ? [...names] : names.toReversed()
  const isPaced = (name: Name): boolean => !isJava(name) && loads[name].paceOf !== null
  return [...order.filter((name) => !isPaced(name)), ...order.filter(isPaced)]
}

async function costOf(
  name: Name,
  count: number,
  brokers: Brokers,
  java: JavaClients,
  before: Costs,
): Promise<Cost> {
  const cost = isJava(name)
    ? await ofJava(name, count, brokers, java)
    : measured(name, count, brokers, startsOf(name, before))
  await java.mustFind((warmUp + count) * recordsPerGroup)
  return cost
}

/** Those of the load whose pace it keeps, in the same round. */
function startsOf(name: LoadName, before: Costs): readonly number[] {
  const { paceOf } = loads[name]
  return paceOf === null ? [] : before[paceOf].at(-1)!.starts
}

function isJava(name: Name): name is JavaLoadName {
  return name in javaLoads
}

async function ofJava(
  name: JavaLoadName,
  count: number,
  { bootstrapServers }: Brokers,
  java: JavaClients,
): Promise<Cost> {
  const id = javaLoads[name] ? 'bench-cpu-java' : ''
  return await java.cost(bootstrapServers.join(','), id, warmUp, count)
}

function measured(
  name: LoadName,
  count: number,
  { bootstrapServers }: Brokers,
  starts: readonly number[],
): Cost {
  const counts = [String(warmUp), String(count), JSON.stringify(starts)]
  return runBuiltLoad(script, [name, bootstrapServers.join(','), ...counts]) as Cost
}

function cells(list: readonly Cost[]): string[] {
  const micros = list.map(({ cpuMicrosPerRecord }) => cpuMicrosPerRecord)
  const rate = median(list.map(({ recordsPerSecond }) => recordsPerSecond))
  return [
    ...[median(micros), Math.min(...micros), Math.max(...micros)].map((each) => each.toFixed(3)),
    Math.round(rate).toLocaleString('en'),
  ]
}

function judge(costs: Costs, transaction: LoadName, idempotent: LoadName): void {
  const { ratio, found } = compared(costs, transaction, idempotent)
  printBar(ratio <= most, found, `${most} at most`)
}

function compared(
  costs: Costs,
  transaction: Name,
  idempotent: Name,
): { ratio: number; found: string } {
  const [ours, least] = [medianOf(costs[transaction]), medianOf(costs[idempotent])]
  const more = ((ours - least) * recordsPerGroup).toFixed(0)
  const ratio = ours / least
  const found = `${transaction} costs ${ratio.toFixed(3)} of ${idempotent}, ${more} µs more a transaction`
  return { ratio, found }
}

function medianOf(list: readonly Cost[]): number {
  return median(list.map(({ cpuMicrosPerRecord }) => cpuMicrosPerRecord))
}
