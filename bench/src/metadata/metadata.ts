import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createNetworkClient, tcpTransport, type NetworkClient } from '@sluice/network'
import { nodeRuntime } from '@sluice/producer/compose'
import type { ChurnOptions, ChurnReport } from './metadata-server.js'

const brokers = 1_000
const seconds = 15
/** How many times each second the senders learn that a leader has moved, and ask for a refresh. */
const asksPerSecond = 100
/** How many leaders the brokers name in refused requests each second (KIP-951). */
const hintsPerSecond = 1_000
const maxCorePercent = 20

/**
 * The cost of the metadata of 1 000 brokers and 10 000 partitions whose leaders all move every second, while the senders
 * ask for refreshes all the time. The cluster is a process of its own, which counts the Metadata requests.
 */
export async function metadata(): Promise<void> {
  for (const [topics, partitions] of [
    [100, 100],
    [1, 10_000],
  ] as const)
    report(`${topics} × ${partitions} partitions`, await churn({ brokers, topics, partitions }))
}

interface Cost extends ChurnReport {
  readonly corePercent: number
  readonly version: number
}

async function churn(options: ChurnOptions): Promise<Cost> {
  const server = fork(fileURLToPath(new URL('metadata-server.ts', import.meta.url)), [
    JSON.stringify(options),
  ])
  const [port] = (await once(server, 'message')) as [number]
  const tcp = tcpTransport()
  const client = createNetworkClient({
    bootstrapServers: 'broker-0:9092',
    runtime: nodeRuntime(),
    transport: { connect: (target) => tcp.connect({ ...target, host: '127.0.0.1', port }) },
  })
  for (let topic = 0; topic < options.topics; topic++) client.metadata.want(`topic-${topic}`)
  await client.connect()
  const before = process.cpuUsage()
  const begun = performance.now()
  const { version } = client.metadata
  await ask(client, options)
  const { user, system } = process.cpuUsage(before)
  const corePercent = (user + system) / 10 / (performance.now() - begun)
  server.send('report')
  const [counted] = (await once(server, 'message')) as [ChurnReport]
  const versions = client.metadata.version - version
  await client.close()
  server.kill()
  return { ...counted, corePercent, version: versions }
}

/** Asks for leaders and refreshes as the senders of a busy producer do, for some seconds. */
async function ask(client: NetworkClient, { topics, partitions }: ChurnOptions): Promise<void> {
  const hints = hintsPerSecond / asksPerSecond
  for (let round = 0; round < seconds * asksPerSecond; round++) {
    for (let hint = 0; hint < hints; hint++) {
      const number = (round * hints + hint) * 7919
      const topic = `topic-${number % topics}`
      const partition = number % partitions
      const known = client.metadata.leader(topic, partition)
      if (known === null) continue
      const leader = (known.node + 1) % brokers
      client.metadata.applyLeader({ topic, partition, leader, epoch: known.epoch + 1 })
    }
    client.metadata.refresh()
    await new Promise((resolve) => setTimeout(resolve, 1_000 / asksPerSecond))
  }
}

function report(name: string, { corePercent, questions, mostAtOnce, version }: Cost): void {
  const verdict = corePercent < maxCorePercent && mostAtOnce === 1 ? 'ok' : 'TOO MUCH'
  console.log(
    `${name}: ${corePercent.toFixed(1)} % of a core (at most ${maxCorePercent}), ${(questions / seconds).toFixed(1)} questions/s, ${mostAtOnce} at once, ${version} changes: ${verdict}`,
  )
  if (verdict !== 'ok') process.exitCode = 1
}
