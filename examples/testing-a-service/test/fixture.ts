import { createEmbeddedCluster, type EmbeddedCluster } from '@sluice/embedded-broker'
import { createProducer } from '@sluice/producer'
import { onTestFinished } from 'vitest'
import { startBilling, type Billing } from '../src/billing.js'

/** So that the group hears of a rebalance within milliseconds, and a consumer that stops waits no longer. */
const quick = { heartbeatInterval: 5, maxWaitTimeInMs: 10 }

/** A cluster with the topics of the service, which lives as long as the test. */
export async function startCluster(): Promise<EmbeddedCluster> {
  const topics = {
    orders: { partitions: 2 },
    bills: { partitions: 1 },
    refusals: { partitions: 1 },
  }
  const cluster = await createEmbeddedCluster({ topics })
  onTestFinished(() => cluster.close())
  return cluster
}

/** An instance of the service. It is stopped with the test, if not before. */
export async function startService({ bootstrapServers }: EmbeddedCluster): Promise<Billing> {
  const billing = await startBilling(bootstrapServers, quick)
  onTestFinished(() => billing.stop())
  return billing
}

/** Orders a thing, as a customer. The number of the partition is that of the order. */
export async function order(
  { bootstrapServers }: EmbeddedCluster,
  id: string,
  item: string,
  partition = 0,
): Promise<void> {
  await using producer = createProducer({ bootstrapServers })
  await producer.send({ topic: 'orders', partition, key: id, value: item })
}

/** The orders that are billed, in the order of their bills. */
export function billed(cluster: EmbeddedCluster): string[] {
  return cluster.records('bills').map(({ key, value }) => `${String(key)} ${String(value)}`)
}
