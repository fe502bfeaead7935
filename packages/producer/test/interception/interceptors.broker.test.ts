import { createEmbeddedCluster, type EmbeddedCluster } from '@sluice/embedded-broker'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createProducer, type ProducerInterceptor } from '../../src/index.js'
import { ToldInterceptor } from './told-interceptor.js'

let cluster: EmbeddedCluster
beforeAll(async () => {
  cluster = await createEmbeddedCluster({ defaultPartitions: 3 })
})
afterAll(() => cluster.close())

describe.each([
  ['inline', false],
  ["with a sender's thread", true],
])('interceptors, %s,', (name, senderThread) => {
  test('change what is sent, and are told of each record once, before a flush resolves', async () => {
    const topic = `intercepted-${name.length}`
    const told = new ToldInterceptor()
    const traced: ProducerInterceptor = {
      onSend: (record) => ({ ...record, headers: [...record.headers, ['trace', 'abc']] }),
    }
    const { bootstrapServers } = cluster
    const producer = createProducer({
      bootstrapServers,
      senderThread,
      maxRequestBytes: 65_536,
      interceptors: [traced, told],
    })
    await using _ = producer
    const record = { topic, key: 'k', value: 'a' }
    for (let i = 0; i < 300; i++) {
      void producer.send(record)
      void producer.sendMany([record])
      producer.enqueue(record)
      producer.send({ topic, value: 'x'.repeat(70_000) }).catch(() => {})
    }
    await producer.flush()
    expect(told.ends).toHaveLength(1_200)
    expect(told.ends.filter((end) => end.startsWith('acknowledged'))).toHaveLength(900)
    expect(told.ends.filter((end) => end === `RECORD_TOO_LARGE ${topic} -1`)).toHaveLength(300)
    expect(new Set(told.told.map(({ number }) => number)).size).toBe(1_200)
    const records = cluster.records(topic)
    expect(records).toHaveLength(900)
    for (const { headers } of records) expect(headers).toEqual([['trace', Buffer.from('abc')]])
  })
})
