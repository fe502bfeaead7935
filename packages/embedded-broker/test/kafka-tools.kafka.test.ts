import { runJava } from '@sluice/test-kafka'
import { describe, expect, test } from 'vitest'
import type { EmbeddedCluster } from '../src/index.js'
import { batchOf } from './batches.js'
import { connectTo, startCluster } from './cluster-fixture.js'
import { produceTo } from './produce-requests.js'

/** Runs a tool of Kafka's; what it prints, with one space between words. */
async function tool(cluster: EmbeddedCluster, name: string, ...flags: string[]): Promise<string> {
  const server = ['--bootstrap-server', cluster.bootstrapServers.join()]
  const printed = await runJava(name, [...server, ...flags])
  return printed.replaceAll(/[ \t]+/g, ' ').trim()
}

describe("Kafka's own tools", { timeout: 120_000 }, () => {
  test('create a topic, add partitions, change its settings, and delete it', async () => {
    const cluster = await startCluster({ brokers: 2 })
    const topics = (...flags: string[]) =>
      tool(cluster, 'org.apache.kafka.tools.TopicCommand', ...flags, '--topic', 'orders')
    await topics('--create', '--partitions', '2', '--config', 'retention.ms=60000')
    expect(cluster.topic('orders')!.partitions).toHaveLength(2)
    await topics('--alter', '--partitions', '5')
    expect(cluster.topic('orders')!.partitions).toHaveLength(5)
    const configs = ['--entity-type', 'topics', '--entity-name', 'orders']
    const changed = ['--alter', '--add-config', 'max.message.bytes=2000']
    await tool(cluster, 'kafka.admin.ConfigCommand', ...configs, ...changed)
    const described = await topics('--describe')
    expect(described).toContain('PartitionCount: 5')
    expect(described).toMatch(/max\.message\.bytes=2000/)
    expect(described).toMatch(/retention\.ms=60000/)
    await topics('--delete')
    expect(cluster.topic('orders')).toBe(undefined)
  })

  test('list, describe, reset and delete a group', async () => {
    const cluster = await startCluster({ topics: { orders: { partitions: 1 } } })
    const client = await connectTo(cluster)
    for (const value of ['a', 'b', 'c']) await produceTo(client, await batchOf([{ value }]))
    const group = (...flags: string[]) =>
      tool(cluster, 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand', ...flags)
    const reset = ['--reset-offsets', '--to-offset', '1', '--topic', 'orders', '--execute']
    await group('--group', 'billing', ...reset)
    expect(cluster.committedOffsets('billing')).toMatchObject([{ partition: 0, offset: 1n }])
    expect(await group('--list')).toBe('billing')
    expect(await group('--group', 'billing', '--describe')).toContain('billing orders 0 1 3 2 -')
    await group('--group', 'billing', '--delete')
    expect(cluster.group('billing')).toBe(undefined)
  })
})
