import { startBrokers } from './brokers.js'
import { type Client, kafkajs, sluice } from './client.js'
import { awaiting, type Figures, flood, open } from './loads.js'

/** Each with as many records as the slower client gets through in a few seconds. */
const loads: [string, (client: Client) => Promise<Figures>][] = [
  ['flood', (client) => flood(client, client.name === 'sluice' ? 1_000_000 : 100_000)],
  ['1000 tasks', (client) => awaiting(client, 1_000, client.name === 'sluice' ? 300_000 : 20_000)],
  ['one at a time', (client) => awaiting(client, 1, 2_000)],
  [
    '50 000/s',
    (client) => (client.name === 'sluice' ? open(client, 50_000, 3) : open(client, 5_000, 3)),
  ],
]

/** A producer on brokers, beside kafkajs: `bootstrap` names brokers that run already. */
export async function pipeline(rounds: number, bootstrap: string | undefined): Promise<void> {
  using brokers = bootstrap === undefined ? await startBrokers() : null
  const bootstrapServers = brokers?.bootstrapServers ?? [bootstrap!]
  const clients = [sluice(bootstrapServers), await kafkajs(bootstrapServers)]

  console.log(
    `Node ${process.version}, 100-byte values, 16-byte keys, 12 partitions, 3 brokers; kafkajs gets 5 000/s where 50 000/s is asked`,
  )
  for (let round = 1; round <= rounds; round++) {
    // In turns, so that a noisy moment of the machine hits both.
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
  return `${round}  ${load.padEnd(14)} ${client.padEnd(8)} ${rate} records/s  ${cpuMicros.toFixed(2).padStart(6)} µs CPU/record${latency}`
}
