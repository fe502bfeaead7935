import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createEmbeddedCluster } from '@sluice/embedded-broker'
import { startKafka } from '@sluice/test-kafka'

export const topic = 'bench'
export const partitions = 12

export interface Brokers extends AsyncDisposable {
  readonly bootstrapServers: string[]
  /** For the heading of the figures. */
  readonly description: string
}

/** Three embedded brokers in a process of their own, so that the CPU time measured is the client's alone. */
export async function startEmbedded(): Promise<Brokers> {
  const child = fork(fileURLToPath(import.meta.url), ['serve'])
  const [bootstrapServers] = (await once(child, 'message')) as [string[]]
  return {
    bootstrapServers,
    description: '3 embedded brokers',
    [Symbol.asyncDispose]: async () => void child.kill(),
  }
}

/**
 * One broker: with three, the run would measure how they share the cores.
 *
 * @param features - levels of features that the cluster begins with; those of its version otherwise
 */
export async function startRealKafka(
  features: Readonly<Record<string, number>> = {},
): Promise<Brokers> {
  const kafka = await startKafka({
    features,
    topics: [{ name: topic, partitions }],
    jvmFlags: ['-Xmx2g'],
    configs: { 'log.segment.bytes': '1073741824' },
  })
  return {
    bootstrapServers: kafka.bootstrapServers.split(','),
    description: `1 broker of Kafka ${kafka.version}`,
    [Symbol.asyncDispose]: () => kafka.stop(),
  }
}

/** Brokers that run already and have a topic `bench`. */
export function joinBrokers(bootstrapServers: string): Brokers {
  return {
    bootstrapServers: bootstrapServers.split(','),
    description: 'brokers that ran already',
    [Symbol.asyncDispose]: async () => {},
  }
}

if (process.argv[2] === 'serve') {
  const cluster = await createEmbeddedCluster({ brokers: 3, topics: { [topic]: { partitions } } })
  process.send!(cluster.bootstrapServers)
  process.once('disconnect', () => process.exit())
}
