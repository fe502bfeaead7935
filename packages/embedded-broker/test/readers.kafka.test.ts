import { gzip } from '@sluice/protocol/gzip'
import { readWithJava, readWithKcat, runJava } from '@sluice/test-kafka'
import { Kafka, logLevel } from 'kafkajs'
import { describe, expect, test } from 'vitest'
import type { EmbeddedCluster } from '../src/index.js'
import { batchOf } from './batches.js'
import { connectTo, startCluster } from './cluster-fixture.js'
import { produceTo } from './produce-requests.js'

const topics = { orders: { partitions: 3 } }

/** Readers that are not ours. */
describe('an embedded cluster is read', { timeout: 60_000 }, () => {
  test.each([
    ['the Java consumer', readWithJava],
    ['librdkafka', readWithKcat],
  ])('by %s: batches of all kinds, from every broker', async (_, read) => {
    const cluster = await filledCluster()
    const { bootstrapServers } = cluster
    expect(await read(bootstrapServers.join(), 'orders')).toEqual(
      cluster.records('orders').map((record) => ({ ...record, timestampType: 'CreateTime' })),
    )
  })

  test("by Kafka's console consumer, of one partition", async () => {
    const { bootstrapServers } = await filledCluster()
    const flags = ['--bootstrap-server', bootstrapServers.join(), '--topic', 'orders']
    const which = ['--partition', '1', '--offset', '1', '--max-messages', '2']
    const program = 'org.apache.kafka.tools.consumer.ConsoleConsumer'
    const printed = await runJava(program, [...flags, ...which])
    expect(printed).toBe('b1\nc1\n')
  })

  test("by Kafka's console consumer, as a member of a group that goes on where it was", async () => {
    const cluster = await filledCluster()
    const server = ['--bootstrap-server', cluster.bootstrapServers.join()]
    const flags = [...server, '--topic', 'orders', '--group', 'billing', '--from-beginning']
    const program = 'org.apache.kafka.tools.consumer.ConsoleConsumer'
    const all = ['a0', 'a1', 'a2', 'b0', 'b1', 'b2', 'c0', 'c1', 'c2']
    expect(linesOf(await runJava(program, [...flags, '--max-messages', '9']))).toEqual(all)
    const committed = cluster.committedOffsets('billing')
    expect(committed.map(({ offset }) => offset)).toEqual([3n, 3n, 3n])
    expect(cluster.group('billing')).toMatchObject({ state: 'Empty', protocolType: 'consumer' })
    const client = await connectTo(cluster, 1)
    await produceTo(client, await batchOf([{ value: 'd1' }]), { partition: 1 })
    expect(linesOf(await runJava(program, [...flags, '--max-messages', '1']))).toEqual(['d1'])
  })

  test('by kafkajs: the ends of partitions, before it writes there', async () => {
    const cluster = await filledCluster()
    const kafka = new Kafka({ brokers: cluster.bootstrapServers, logLevel: logLevel.NOTHING })
    const [admin, producer] = [kafka.admin(), kafka.producer({ idempotent: true })]
    await Promise.all([admin.connect(), producer.connect()])
    await producer.send({ topic: 'orders', messages: [{ partition: 2, value: 'by kafkajs' }] })
    const offsets = await admin.fetchTopicOffsets('orders')
    await Promise.all([admin.disconnect(), producer.disconnect()])
    const ends = Object.fromEntries(offsets.map(({ high, partition }) => [partition, high]))
    expect(ends).toEqual({ 0: '3', 1: '3', 2: '4' })
    expect(String(cluster.records('orders').at(-1)!.value)).toBe('by kafkajs')
  })
})

function linesOf(printed: string): string[] {
  return printed.trim().split('\n').toSorted()
}

/** Three brokers that lead a partition each, with a compressed batch and a plain one. */
async function filledCluster(): Promise<EmbeddedCluster> {
  const cluster = await startCluster({ brokers: 3, topics })
  for (const partition of [0, 1, 2]) {
    const client = await connectTo(cluster, partition)
    const headers = [['h', null] as const]
    const zipped = [{ key: 'k', value: `a${partition}`, headers }, { value: `b${partition}` }]
    await produceTo(client, await batchOf(zipped, { codec: gzip() }), { partition })
    await produceTo(client, await batchOf([{ value: `c${partition}` }]), { partition })
  }
  return cluster
}
