import * as ours from '@sluice/kafkajs'
import original from 'kafkajs-original'
import { expect, test } from 'vitest'

const { Kafka: _kafka, ...others } = original

test('every export of kafkajs is there, and is the same object but for the client', () => {
  expect(Object.keys(ours)).toEqual(expect.arrayContaining(Object.keys(original)))
  for (const [name, exported] of Object.entries(others))
    expect(ours).toHaveProperty(name, name === 'logLevel' ? exported : expect.anything())
  expect(ours.CompressionCodecs).toBe(original.CompressionCodecs)
  expect(ours.KafkaJSProtocolError).toBe(original.KafkaJSProtocolError)
  expect(ours.PartitionAssigners).toBe(original.PartitionAssigners)
  expect(ours.AssignerProtocol).toBe(original.AssignerProtocol)
})

test('the client has the methods of kafkajs on its prototype, where mocks and agents look for them', () => {
  const methods = ['producer', 'consumer', 'admin', 'logger']
  expect(Object.getOwnPropertyNames(ours.Kafka.prototype)).toEqual(expect.arrayContaining(methods))
  class Watched extends ours.Kafka {}
  expect(new Watched({ brokers: [] }).logger()).toHaveProperty('namespace')
})

test('send and sendBatch are own and writable, and neither calls the other through the object', async () => {
  const producer = new ours.Kafka({ brokers: [], logLevel: ours.logLevel.NOTHING }).producer()
  const send = producer.send.bind(producer)
  const calls: string[] = []
  producer.sendBatch = async () => {
    calls.push('sendBatch')
    return []
  }
  producer.send = (record) => {
    calls.push('send')
    return send(record)
  }
  await expect(producer.send({ topic: 't', messages: [] })).rejects.toThrow(
    'The producer is disconnected',
  )
  expect(calls).toEqual(['send'])
})

test('consumer and admin are those of kafkajs, with the same configuration', () => {
  const kafka = new ours.Kafka({ brokers: ['localhost:1'], clientId: 'both' })
  expect(kafka.consumer({ groupId: 'g' })).toHaveProperty('run')
  expect(kafka.admin()).toHaveProperty('createTopics')
})
