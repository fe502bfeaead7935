'use strict'

jest.mock('kafkajs', () => ({
  ...jest.requireActual('kafkajs'),
  Kafka: jest
    .fn()
    .mockImplementation(() => ({ producer: () => ({ connect: async () => 'faked' }) })),
}))

const { Kafka, KafkaJSError, logLevel } = require('kafkajs')

test('a fake stands in the place of the class, beside what is real', async () => {
  expect(await new Kafka({ brokers: [] }).producer().connect()).toBe('faked')
  expect(new KafkaJSError('x').retriable).toBe(true)
  expect(logLevel.ERROR).toBe(1)
})

test('a spy replaces a method of the real class', () => {
  const { Kafka: Real } = jest.requireActual('kafkajs')
  const spy = jest.spyOn(Real.prototype, 'producer').mockReturnValue('spied')
  expect(new Real({ brokers: [] }).producer()).toBe('spied')
  spy.mockRestore()
  expect(typeof new Real({ brokers: [] }).producer({ createPartitioner: () => () => 0 }).send).toBe(
    'function',
  )
})
