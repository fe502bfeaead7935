'use strict'

const { Kafka, KafkaJSNonRetriableError, logLevel } = require('kafkajs')

const kafka = new Kafka({ brokers: [process.env.SLUICE_ADDRESS], logLevel: logLevel.ERROR })

test('a producer sends', async () => {
  const producer = kafka.producer()
  await producer.connect()
  const [result] = await producer.send({ topic: 'jest', messages: [{ value: 'v', partition: 0 }] })
  await producer.disconnect()
  expect(result).toMatchObject({ topicName: 'jest', partition: 0, errorCode: 0 })
})

test('an error is of the class that the program knows', async () => {
  const producer = kafka.producer()
  await producer.connect()
  await expect(producer.send({ topic: '', messages: [] })).rejects.toThrow(KafkaJSNonRetriableError)
  await producer.disconnect()
})

test('an admin and a consumer work', async () => {
  const admin = kafka.admin()
  await admin.connect()
  expect(await admin.listTopics()).toContain('jest')
  await admin.disconnect()
})
