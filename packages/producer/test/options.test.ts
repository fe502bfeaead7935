import { expect, test } from 'vitest'
import { createProducer, type ProducerOptions } from '../src/index.js'

const bootstrapServers = ['localhost:9092']

const wrong: [string, Partial<ProducerOptions> | Record<string, unknown>, RegExp][] = [
  ['idempotence without acks all', { idempotent: true, acks: 1 }, /acks: 'all'.*leave one/],
  [
    'a delivery time-out that no answer can meet',
    { deliveryTimeoutMs: 1_000 },
    /raise deliveryTimeoutMs/,
  ],
  [
    'a buffer smaller than a batch',
    { bufferBytes: 65_536, batchBytes: 131_072 },
    /raise bufferBytes/,
  ],
  ['a negative linger', { lingerMs: -1 }, /lingerMs is -1/],
  ['a batch of no bytes', { batchBytes: 0 }, /batchBytes is 0/],
  ['acks that Kafka does not know', { acks: 2 as never }, /acks is 2/],
  ['a back-off above its maximum', { retryBackoffMs: 5_000 }, /retryBackoffMaxMs/],
  ['no address', { bootstrapServers: [] }, /bootstrapServers/],
  ['an address without sense', { bootstrapServers: ['host:port'] }, /host:port/],
  [
    'the name another client uses',
    { brokers: ['a:1'] },
    /unknown option brokers; here it is bootstrapServers/,
  ],
  ['a misspelt option', { lingerms: 5 }, /unknown option lingerms/],
]

test.each(wrong)('refuses %s at construction, and says what to do', (_, options, message) => {
  const create = (): unknown => createProducer({ bootstrapServers, ...options })
  expect(create).toThrow(expect.objectContaining({ name: 'KafkaError', code: 'INVALID_OPTION' }))
  expect(create).toThrow(message)
})

test('never writes to the options it is given', async () => {
  const options = Object.freeze({
    bootstrapServers: Object.freeze([...bootstrapServers]),
    lingerMs: 5,
  })
  await expect(createProducer(options).close()).resolves.toBeUndefined()
})
