import { randomUUID } from 'node:crypto'
import { createEmbeddedCluster } from '@sluice/embedded-broker'
import type { DemoArguments } from './arguments.js'

/** The cluster that the records go to: in this process, or a real one. */
export interface Destination extends AsyncDisposable {
  /** What the output calls the cluster. */
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

/** A new topic for each run, unless a topic is named, so that the demo's records do not mix with other data. */
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
