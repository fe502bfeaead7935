import { createEmbeddedCluster } from '@sluice/embedded-broker'
import { expect, test } from 'vitest'
import { createProducer } from '../../../src/index.js'

test('an abort ends a sendMany that is many times larger than the memory', async () => {
  const cluster = await createEmbeddedCluster({ topics: { t: { partitions: 4 } } })
  const producer = createProducer({
    bootstrapServers: cluster.bootstrapServers,
    transactionalId: 'id',
    bufferBytes: 200_000,
    batchBytes: 16_384,
    maxBlockMs: 5_000,
  })
  await producer.transact(async (tx) => void tx.send({ topic: 't', value: 'a' }))
  const tx = await producer.beginTransaction()
  const record = { topic: 't', partition: 0, value: 'x'.repeat(1_000) }
  const many = tx.sendMany(Array.from({ length: 3_000 }, () => record))
  await tx.abort()
  await expect(many).rejects.toMatchObject({ code: 'PARTIAL_FAILURE' })
  await producer.close()
  await cluster.close()
})
