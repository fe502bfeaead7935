import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createEmbeddedCluster } from '@sluice/embedded-broker'

export const topic = 'bench'

export interface Brokers extends Disposable {
  readonly bootstrapServers: string[]
}

/** Three embedded brokers in a process of their own, so that the CPU time measured is the client's alone. */
export async function startBrokers(): Promise<Brokers> {
  const child = fork(fileURLToPath(import.meta.url), ['serve'])
  const [bootstrapServers] = (await once(child, 'message')) as [string[]]
  return { bootstrapServers, [Symbol.dispose]: () => void child.kill() }
}

if (process.argv[2] === 'serve') {
  const cluster = await createEmbeddedCluster({
    brokers: 3,
    topics: { [topic]: { partitions: 12 } },
  })
  process.send!(cluster.bootstrapServers)
  process.once('disconnect', () => process.exit())
}
