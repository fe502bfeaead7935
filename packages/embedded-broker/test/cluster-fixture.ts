import { onTestFinished } from 'vitest'
import {
  createEmbeddedCluster,
  type EmbeddedCluster,
  type EmbeddedClusterOptions,
} from '../src/index.js'
import { RawClient } from './raw-client.js'

/** A cluster that is closed when the test has ended. */
export async function startCluster(options?: EmbeddedClusterOptions): Promise<EmbeddedCluster> {
  const cluster = await createEmbeddedCluster(options)
  onTestFinished(() => cluster.close())
  return cluster
}

/** A connection to one of its brokers, closed when the test has ended. */
export async function connectTo(cluster: EmbeddedCluster, nodeId = 0): Promise<RawClient> {
  const client = await RawClient.connect(cluster.bootstrapServers[nodeId]!)
  onTestFinished(() => client.close())
  return client
}
