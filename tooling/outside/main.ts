import { strict as assert } from 'node:assert'
import { createEmbeddedCluster, type EmbeddedCluster } from '@sluice/embedded-broker'
import { createProducer } from '@sluice/producer'
import { KafkaError } from '@sluice/protocol'
import { fastGzip } from './codec.js'
import { firstBytePartitioner } from './partitioner.js'
import { countingTransport } from './transport.js'

/*
 * A program outside the repository that brings its own partitioner, codec and transport. check-packages
 * compiles it against the tarballs, as an ES module and as CommonJS, and runs both.
 */
async function main(): Promise<void> {
  const cluster = await createEmbeddedCluster({
    brokers: 3,
    topics: { orders: { partitions: 6 }, threads: { partitions: 6 } },
  })
  const transport = countingTransport()
  const producer = createProducer({
    bootstrapServers: cluster.bootstrapServers,
    compression: fastGzip(),
    partitioner: firstBytePartitioner(),
    transport,
  })
  const keys = Array.from({ length: 120 }, (_, index) => String.fromCharCode(index))
  const sent = await Promise.all(
    keys.map((key) => producer.send({ topic: 'orders', key, value: 'v' })),
  )
  assert.deepEqual(
    sent.map(({ partition }) => partition),
    keys.map((_, index) => index % 6),
    'the partitioner decides',
  )
  assert.equal(cluster.records('orders').length, keys.length, 'every record is in the cluster')
  assert.ok(transport.connections > 0 && transport.bytesWritten > 0, 'the transport carries')
  await assert.rejects(producer.send({ topic: 'orders', value: 'v', partition: 99 }), KafkaError)
  await producer.close()
  await sendOnThread(cluster)
  await cluster.close()
}

/** Partitioners stay on the thread of the program; a codec goes over to the sender's thread. */
async function sendOnThread(cluster: EmbeddedCluster): Promise<void> {
  const producer = createProducer({
    bootstrapServers: cluster.bootstrapServers,
    compression: fastGzip({ level: 9 }),
    partitioner: firstBytePartitioner(),
    senderThread: true,
  })
  const { partition } = await producer.send({
    topic: 'threads',
    key: '\u0003',
    value: 'v'.repeat(99),
  })
  assert.equal(partition, 3, 'the partitioner decides, whatever thread sends')
  await producer.close()
}

main().catch((error: unknown) => {
  console.error(error)
  process.exitCode = 1
})
