import { fileURLToPath } from 'node:url'
import { readWithJava, readWithKcat, runJava } from '@sluice/test-kafka'
import { Kafka, logLevel } from 'kafkajs'
import { describe, expect, test } from 'vitest'
import type { EmbeddedCluster } from '../src/index.js'
import { startCluster } from './cluster-fixture.js'

const topics = { orders: { partitions: 3 } }
const program = fileURLToPath(new URL('Transactions.java', import.meta.url))

function committedIn(
  cluster: EmbeddedCluster,
): { partition: number; offset: bigint; value: Buffer | null }[] {
  return cluster
    .records('orders', { isolation: 'read_committed' })
    .map(({ offset, partition, value }) => ({ partition, offset, value }))
}

/** Producers and readers that are not ours. */
describe('an embedded cluster', { timeout: 120_000 }, () => {
  test.each([1, 2])(
    "takes transactions of Kafka's own producer, of version %i, and others read what was committed",
    async (level) => {
      const finalizedFeatures = { 'transaction.version': level }
      const cluster = await startCluster({ brokers: 3, topics, finalizedFeatures })
      const servers = cluster.bootstrapServers.join()
      expect(await runJava(program, [servers, 'orders', 'billing'])).toBe('fenced\n')
      const committed = committedIn(cluster)
      const rounds = [0, 1, 2, 3, 4].map((round) => `committed ${round}`)
      expect(committed.map(({ value }) => String(value))).toEqual([...rounds, ...rounds, ...rounds])
      expect(cluster.committedOffsets('billing')).toMatchObject([{ partition: 0, offset: 4n }])
      for (const read of [readWithJava, readWithKcat]) {
        const records = await read(servers, 'orders', { isolation: 'read_committed' })
        const found = records.map(({ offset, partition, value }) => ({ partition, offset, value }))
        expect(found).toEqual(committed)
        expect(await read(servers, 'orders')).toHaveLength(33)
      }
      const asked = (api: string) =>
        cluster.brokers.reduce((sum, broker) => sum + broker.requestCount(api), 0)
      expect(asked('AddPartitionsToTxn') > 0).toBe(level === 1)
      expect(cluster.transaction('java')?.producerEpoch).toBe(level === 1 ? 2 : 12)
    },
  )

  test('takes transactions of kafkajs', async () => {
    const cluster = await startCluster({ brokers: 3, topics })
    const kafka = new Kafka({ brokers: cluster.bootstrapServers, logLevel: logLevel.NOTHING })
    const producer = kafka.producer({
      transactionalId: 'js',
      maxInFlightRequests: 1,
      idempotent: true,
    })
    await producer.connect()
    for (const [value, committed] of [
      ['one', true],
      ['two', false],
      ['three', true],
    ] as const) {
      const transaction = await producer.transaction()
      await transaction.send({ topic: 'orders', messages: [{ partition: 0, value }] })
      await transaction.sendOffsets({
        consumerGroupId: 'billing',
        topics: [
          { topic: 'orders', partitions: [{ partition: 0, offset: committed ? '7' : '9' }] },
        ],
      })
      await (committed ? transaction.commit() : transaction.abort())
    }
    await producer.disconnect()
    expect(committedIn(cluster).map(({ value }) => String(value))).toEqual(['one', 'three'])
    expect(cluster.committedOffsets('billing')).toMatchObject([{ offset: 7n }])
  })
})
