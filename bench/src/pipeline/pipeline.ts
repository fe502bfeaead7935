import type { Brokers } from './brokers.js'
import type { Client } from './client.js'
import { kafkajs } from './clients/kafkajs.js'
import { platformatic } from './clients/platformatic.js'
import { sluice } from './clients/sluice.js'
import { awaiting, type Figures, flood, open } from './loads.js'

/** Each load has as many records as the client sends in a few seconds. */
const loads: [string, (client: Client) => Promise<Figures>][] = [
  ['flood', (client) => flood(client, isFast(client) ? 2_000_000 : 100_000)],
  ['1000 tasks', (client) => awaiting(client, 1_000, isFast(client) ? 500_000 : 20_000)],
  ['one at a time', (client) => awaiting(client, 1, 2_000)],
  ['50 000/s', (client) => open(client, isFast(client) ? 50_000 : 5_000, 3)],
]

const isFast = ({ name }: Client): boolean => name === 'sluice'

/** Compares a producer with kafkajs and @platformatic/kafka on the same brokers. */
export async function pipeline(rounds: number, brokers: Brokers): Promise<void> {
  const { bootstrapServers, description } = brokers
  const clients = [
    sluice(bootstrapServers),
    await kafkajs(bootstrapServers),
    await platformatic(bootstrapServers),
  ].filter((client) => client !== null)

  console.log(
    `Node ${process.version}, 100-byte values, 16-byte keys, 12 partitions, ${description}; the others get 5 000/s where 50 000/s is asked`,
  )
  for (let round = 1; round <= rounds; round++) {
    // The clients take turns, so that a noisy moment of the machine hits all of them.
    for (const [name, load] of loads)
      for (const client of clients) console.log(line(round, name, client.name, await load(client)))
  }
  for (const client of clients) await client.close()
}

function line(round: number, load: string, client: string, figures: Figures): string {
  const { recordsPerSecond, cpuMicros, p50Ms, p99Ms } = figures
  const latency = Number.isNaN(p50Ms)
    ? ''
    : `  p50 ${p50Ms.toFixed(2)} ms  p99 ${p99Ms.toFixed(2)} ms`
  const rate = Math.round(recordsPerSecond).toLocaleString('en').padStart(10)
  return `${round}  ${load.padEnd(14)} ${client.padEnd(12)} ${rate} records/s  ${cpuMicros.toFixed(2).padStart(6)} µs CPU/record${latency}`
}
