import { randomUUID } from 'node:crypto'
import { createEmbeddedCluster } from '@sluice/embedded-broker'
import type { DemoArguments } from './arguments.js'

/** Where the records go: a cluster in this process, or a real one. */
export interface Destination extends AsyncDisposable {
  /** For people. */
  readonly title: string
  readonly bootstrapServers: string | readonly string[]
  readonly topic: string
}

export async function openDestination({ bootstrap, topic }: DemoArguments): Promise<Destination> {
  return bootstrap === undefined ? startCluster(topic ?? 'orders') : realKafka(bootstrap, topic)
}

async function startCluster(topic: string): Promise<Destination> {
  const cluster = await createEmbeddedCluster({
    brokers: 3,
    topics: { [topic]: { partitions: 12 } },
  })
  return {
    title: 'three brokers in this process',
    bootstrapServers: cluster.bootstrapServers,
    topic,
    [Symbol.asyncDispose]: () => cluster.close(),
  }
}

/** A topic of its own for each run, unless one is named: nobody's data is mixed with the demo's. */
function realKafka(
  bootstrapServers: string,
  topic = `orders-${randomUUID().slice(0, 8)}`,
): Destination {
  return {
    title: bootstrapServers,
    bootstrapServers,
    topic,
    [Symbol.asyncDispose]: async () => {},
  }
}
