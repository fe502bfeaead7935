import { randomUUID } from 'node:crypto'
import { createEmbeddedCluster, type EmbeddedBroker } from '@sluice/embedded-broker'
import type { DemoArguments } from './arguments.js'

/** The cluster that the records go to: in this process, or a real one. */
export interface Destination extends AsyncDisposable {
  /** What the output calls the cluster. */
  readonly title: string
  readonly bootstrapServers: string | readonly string[]
  readonly topic: string
  /** Lets a broker answer nothing until the function that it returns is called; only of a cluster in this process. */
  silenceBroker?(): () => void
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
    silenceBroker: () => silenced(cluster.brokers[1]!),
    [Symbol.asyncDispose]: () => cluster.close(),
  }
}

function silenced(broker: EmbeddedBroker): () => void {
  broker.pause()
  return () => broker.resume()
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
