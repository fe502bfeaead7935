import { KafkaError } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { createMockProducer } from '../../src/testing.js'
import { PacedProducer } from '../intake/paced-producer.js'

test('a composed producer whose runtime has no meter counts its records and its memory', async () => {
  const paced = new PacedProducer()
  paced.learn('t', 1)
  const sent = paced.producer.send({ topic: 't', value: 'v' })
  expect(paced.producer.metrics()).toMatchObject({ recordSendTotal: 1, recordsPending: 1 })
  paced.acknowledgeAll()
  await sent
  const metrics = paced.producer.metrics()
  expect(metrics).toMatchObject({ recordAckTotal: 1, recordsPending: 0, requestTotal: 0 })
  expect(metrics).toMatchObject({ bufferTotalBytes: 65_536, topics: {}, brokers: {} })
  expect(paced.producer.status()).toMatchObject({ ready: false, reason: 'notConnected' })
})

test('a mock producer counts what it was sent and how that ended, and is ready until it is closed', async () => {
  const producer = createMockProducer({ autoComplete: false })
  const all = [1, 2, 3].map((value) => producer.send({ topic: 't', value: `${value}` }))
  producer.completeNext()
  producer.failNext(new KafkaError('NOT_ENOUGH_REPLICAS', 'told by the test'))
  await all[0]
  await expect(all[1]).rejects.toThrow('NOT_ENOUGH_REPLICAS')
  expect(producer.metrics()).toMatchObject({
    recordSendTotal: 3,
    recordAckTotal: 1,
    recordErrors: { NOT_ENOUGH_REPLICAS: 1 },
    recordsPending: 1,
  })
  expect(producer.status()).toMatchObject({ ready: true, reason: 'ready' })
  all[2]!.catch(() => {})
  await producer.close({ timeoutMs: 0 })
  expect(producer.status()).toMatchObject({ ready: false, reason: 'closed' })
})
