import { inspect } from 'node:util'
import { accumulatorDefaults } from '@sluice/accumulator'
import { networkDefaults } from '@sluice/network'
import { plain } from '@sluice/network/sasl'
import { senderDefaults } from '@sluice/sender'
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
  [
    'a batch larger than a request',
    { batchBytes: 2_000_000 },
    /lower batchBytes or raise maxRequestBytes/,
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
  ['a name that every object has', { constructor: 5 }, /unknown option constructor$/],
  ['null', { lingerMs: null }, /lingerMs is null; leave it out/],
  ['a number that is none', { deliveryTimeoutMs: Number.NaN }, /deliveryTimeoutMs is NaN/],
  ['text for a number', { deliveryTimeoutMs: '5' }, /deliveryTimeoutMs is 5; give a number/],
  ['the name of a codec', { compression: 'gzip' }, /compression.*gzip\(\) of @sluice/],
  ['a partitioner that is none', { partitioner: () => 0 }, /partitioner.*forTopic/],
  ['a transport that is none', { transport: {} }, /transport.*connect/],
  [
    'TLS that is neither on nor off',
    { tls: 'on' },
    /tls is string: give true, options of node:tls/,
  ],
  ['an old version of TLS', { tls: { minVersion: 'TLSv1.1' } }, /TLSv1.2 and TLSv1.3 are/],
  ['the name other clients give TLS', { ssl: true }, /unknown option ssl; here it is tls/],
  [
    'two ways to connect',
    { tls: true, transport: { connect() {} } },
    /give tls alone, or transport: tlsTransport/,
  ],
  ['a mechanism that is none', { sasl: { mechanism: 'plain' } }, /sasl.*begin.*scramSha512/],
  [
    'a password that anybody could read',
    { sasl: plain({ username: 'orders', password: 'canary' }) },
    /PLAIN would send its secret.*set tls.*allowInsecureSasl: true/,
  ],
  ['half a logger', { logger: { error() {} } }, /logger.*debug, info, warn/],
  ['a listener that is none', { onDeliveryError: 'log' }, /onDeliveryError.*give a function/],
]

test.each(wrong)(
  'createProducer refuses %s at construction, and says what to do',
  (_, options, message) => {
    const create = (): unknown => createProducer({ bootstrapServers, ...options })
    expect(create).toThrow(expect.objectContaining({ name: 'KafkaError', code: 'INVALID_OPTION' }))
    expect(create).toThrow(message)
  },
)

test('a time-out option that is undefined is its default in the check between stages', () => {
  const unset = { deliveryTimeoutMs: undefined, requestTimeoutMs: undefined } as object
  const create = (): unknown => createProducer({ bootstrapServers, lingerMs: 100_000, ...unset })
  expect(create).toThrow(/deliveryTimeoutMs \(120000\) is below.*100000 \+ 30000/)
})

test('undefined means the default for every option', async () => {
  const names = Object.keys({ ...accumulatorDefaults, ...senderDefaults, ...networkDefaults })
  const unset = Object.fromEntries(
    [
      ...names,
      'idempotent',
      'compression',
      'partitioner',
      'sasl',
      'tls',
      'transport',
      'logger',
      'observer',
      'onDeliveryError',
    ].map((name) => [name, undefined]),
  )
  const producer = createProducer({ ...unset, bootstrapServers })
  await expect(producer.close()).resolves.toBeUndefined()
})

test('the stages agree on the defaults of options they share', () => {
  const sender: Record<string, unknown> = senderDefaults
  const shared = Object.entries(networkDefaults).filter(([name]) => name in sender)
  expect(shared.length).toBeGreaterThan(2)
  expect(sender).toMatchObject(Object.fromEntries(shared))
})

test('createProducer reads each option once', async () => {
  let reads = 0
  const options = {
    bootstrapServers,
    get lingerMs() {
      return reads++ === 0 ? 5 : Number.NaN
    },
  }
  await createProducer(options).close()
  expect(reads).toBe(1)
})

test.each([undefined, null, 'localhost:9092', 7])(
  'createProducer refuses %s for options',
  (options) => {
    expect(() => createProducer(options as never)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION' }),
    )
  },
)

test('a producer shows nothing of itself in util.inspect', async () => {
  await using producer = createProducer({ bootstrapServers, clientId: 'secret' })
  expect(inspect(producer, { depth: 9, showHidden: true })).not.toContain('secret')
})

test('createProducer never writes to the options it is given', async () => {
  const options = Object.freeze({
    bootstrapServers: Object.freeze([...bootstrapServers]),
    lingerMs: 5,
  })
  await expect(createProducer(options).close()).resolves.toBeUndefined()
})
