'use strict'

jest.mock('kafkajs')

const { CompressionTypes, Kafka, logLevel } = require('kafkajs')

test('the automatic mock has the class, its methods and the constants', async () => {
  const kafka = new Kafka({ brokers: ['nowhere:1'] })
  expect(Kafka).toHaveBeenCalledWith({ brokers: ['nowhere:1'] })
  for (const method of ['producer', 'consumer', 'admin', 'logger'])
    expect(jest.isMockFunction(Kafka.prototype[method])).toBe(true)
  const send = jest.fn().mockResolvedValue([])
  kafka.producer.mockReturnValue({ send })
  await kafka.producer().send({ topic: 't', messages: [] })
  expect(send).toHaveBeenCalledTimes(1)
  expect([logLevel.INFO, CompressionTypes.GZIP]).toEqual([4, 1])
})
