import { runBuiltLoad } from '../built-load.js'
import { buildCheckout } from '../peers/build-checkout.js'
import { here } from '../peers/client-list/script.js'
import { type Brokers, topic } from '../pipeline/brokers.js'
import { printBar } from '../print-bar.js'
import { median } from '../quantiles.js'
import { type LoadName, loads } from './loads.js'
import type { Cost } from './measured-load.js'

const script = new URL('./measured-load.ts', import.meta.url)
const clients = ['kafkajs', 'drop-in'] as const

type ClientName = (typeof clients)[number]

/**
 * What a record costs a service that is written for kafkajs, with kafkajs and with the drop-in: in turns on the same brokers, each in a process
 * of its own, since each must have the code that V8 makes for it alone.
 */
export async function kafkajs(rounds: number, brokers: Brokers): Promise<void> {
  await buildCheckout(here)
  console.log(`kafkajs and its drop-in: ${brokers.description}, median of ${rounds} rounds`)
  for (const name of Object.keys(loads) as LoadName[]) {
    const costs: Record<ClientName, Cost[]> = { kafkajs: [], 'drop-in': [] }
    for (let round = 0; round < rounds; round++)
      for (const client of round % 2 === 0 ? clients : clients.toReversed())
        costs[client].push(measured(client, name, brokers))
    report(name, costs)
  }
}

function measured(client: ClientName, name: LoadName, { bootstrapServers }: Brokers): Cost {
  return runBuiltLoad(script, [client, name, bootstrapServers.join(','), topic]) as Cost
}

function report(name: LoadName, costs: Readonly<Record<ClientName, Cost[]>>): void {
  const { title, wantedRate, wantedCpu } = loads[name]
  const rate = (client: ClientName): number =>
    median(costs[client].map(({ recordsPerSecond }) => recordsPerSecond))
  const micros = (client: ClientName): number =>
    median(costs[client].map(({ cpuMicrosPerRecord }) => cpuMicrosPerRecord))
  console.log(`\n${title}`)
  for (const client of clients) {
    const perSecond = Math.round(rate(client)).toLocaleString('en')
    console.log(
      `  ${client.padEnd(8)} ${perSecond.padStart(9)} records/s  ${micros(client).toFixed(2).padStart(7)} µs of CPU a record`,
    )
  }
  const times = rate('drop-in') / rate('kafkajs')
  printBar(times >= wantedRate, `${times.toFixed(1)} × the rate`, `at least ${wantedRate} ×`)
  if (wantedCpu === undefined) return
  const part = micros('drop-in') / micros('kafkajs')
  printBar(part < wantedCpu, `${part.toFixed(3)} of the CPU a record`, `below ${wantedCpu}`)
}
