import { createEmbeddedCluster, type EmbeddedCluster } from '@sluice/embedded-broker'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createProducer, jsonSerializer, type Serializer } from '../../src/index.js'

let cluster: EmbeddedCluster
beforeAll(async () => {
  cluster = await createEmbeddedCluster({ defaultPartitions: 1 })
})
afterAll(() => cluster.close())

describe.each([
  ['inline', false],
  ["with a sender's thread", true],
])('serializers, %s,', (name, senderThread) => {
  const topicOf = (what: string): string => `${what}-${name.length}`

  test('put JSON into the log, and null as null', async () => {
    const topic = topicOf('json')
    const producer = createProducer({
      bootstrapServers: cluster.bootstrapServers,
      senderThread,
      keySerializer: jsonSerializer(),
      valueSerializer: jsonSerializer<{ total: number }>(),
    })
    await using _ = producer
    await producer.send({ topic, key: 'o-17', value: { total: 7 } })
    await producer.sendMany([{ topic, key: { id: 1 }, value: null }])
    producer.enqueue({ topic, key: null, value: { total: 8 } })
    await producer.flush()
    const records = cluster.records(topic)
    expect(records.map(({ key, value }) => [key?.toString(), value?.toString()])).toEqual([
      ['o-17', '{"total":7}'],
      ['{"id":1}', undefined],
      [undefined, '{"total":8}'],
    ])
    expect([records[1]!.value, records[2]!.key]).toEqual([null, null])
  })

  test('that wait for a registry are asked once for each record, and a thousand first sends arrive in order', async () => {
    const topic = topicOf('registry')
    let calls = 0
    let id: Promise<number> | null = null
    const registered: Serializer<number> = {
      serialize: async (_topic, data) => `${await (id ??= register())} ${data}`,
    }
    const register = async (): Promise<number> => {
      calls++
      await new Promise((resolve) => setImmediate(resolve))
      return 5
    }
    const producer = createProducer({
      bootstrapServers: cluster.bootstrapServers,
      senderThread,
      valueSerializer: registered,
    })
    await using _ = producer
    for (let value = 0; value < 1_000; value++) void producer.send({ topic, value })
    await producer.flush()
    expect(calls).toBe(1)
    expect(cluster.records(topic).map(({ value }) => String(value))).toEqual(
      [...Array(1_000).keys()].map((at) => `5 ${at}`),
    )
  })

  test('that never answer hold up neither other topics nor close', async () => {
    const [stuck, other] = [topicOf('stuck'), topicOf('other')]
    const producer = createProducer({
      bootstrapServers: cluster.bootstrapServers,
      senderThread,
      valueSerializer: {
        serialize: (topic, data: string) =>
          topic === stuck ? new Promise<string>(() => {}) : data,
      },
    })
    const waiting = producer.send({ topic: stuck, value: 'a' })
    await producer.send({ topic: other, value: 'b' })
    const closed = producer.close({ timeoutMs: 10 })
    await expect(waiting).rejects.toMatchObject({ code: 'PRODUCER_CLOSED', persisted: 'no' })
    await closed
    expect(cluster.records(other)).toHaveLength(1)
  })
})
