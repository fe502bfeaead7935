import { inspect } from 'node:util'
import { accumulatorDefaults } from '@sluice/accumulator'
import { networkDefaults } from '@sluice/network'
import { plain } from '@sluice/network/sasl'
import { senderDefaults } from '@sluice/sender'
import { expect, test } from 'vitest'
import { checkComposition } from '../src/compose-options.js'
import { composeProducer, createProducer, nodeRuntime, type ProducerOptions } from '../src/index.js'
import { ToldInterceptor } from './interception/told-interceptor.js'

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
  [
    'text for a number',
    { deliveryTimeoutMs: '5' },
    /deliveryTimeoutMs is the string '5'; give a number/,
  ],
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
  [
    'text for a boolean',
    { allowReordering: 'false' },
    /allowReordering is the string 'false'; give true/,
  ],
  ['a part of a byte', { batchBytes: 65_536.5 }, /batchBytes is 65536.5; give a whole number/],
  ['more than a frame takes', { maxRequestBytes: 1e12 }, /maxRequestBytes is 1000000000000;/],
  ['a number as text', { lingerMs: '5' }, /lingerMs is the string '5'; give a number from 0/],
  ['a bigint', { bufferBytes: 2n ** 25n }, /bufferBytes is the bigint 33554432n; give a/],
  [
    'an observer that is none',
    { observer: { sealed: 5 } },
    /observer.sealed is 5; give a function/,
  ],
  [
    'a misspelt option of TLS',
    { tls: { rejectUnauthorised: false } },
    /tls has no option rejectUnauthorised; did you mean rejectUnauthorized\?/,
  ],
  [
    'a serializer that is a function',
    { valueSerializer: JSON.stringify },
    /valueSerializer has no serialize; give a serializer such as jsonSerializer\(\)/,
  ],
  ['interceptors that are no list', { interceptors: {} }, /interceptors is .*give an array/],
  [
    'the class of an interceptor',
    { interceptors: [ToldInterceptor] },
    /interceptors\[0\].*give an object with onSend or onAcknowledgement/,
  ],
  [
    'an interceptor without a method',
    { interceptors: [{ send() {} }] },
    /give an object with onSend/,
  ],
  [
    'an interceptor whose method is none',
    { interceptors: [{ onSend: 'x' }] },
    /interceptors\[0\].onSend is the string 'x'; give a function/,
  ],
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
      'interceptors',
      'keySerializer',
      'valueSerializer',
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

test.each([
  ['lingerms', /here it is lingerMs/],
  ['lingrMs', /did you mean lingerMs\?/],
  ['bootstrapServer', /did you mean bootstrapServers\?/],
  ['KAFKA_BROKERS', /here it is bootstrapServers/],
  ['broker.list', /here it is bootstrapServers/],
  ['kafkaHost', /here it is bootstrapServers/],
  ['password', /here it is sasl/],
  ['socket.connection.setup.timeout.ms', /here it is connectionSetupTimeoutMs/],
  ['authenticationTimeout', /here it is connectionSetupTimeoutMs/],
  ['allow.auto.create.topics', /here it is allowAutoTopicCreation/],
  ['partitioner.class', /here it is partitioner/],
  ['interceptor.classes', /here it is interceptors/],
  ['value.serializer', /here it is valueSerializer/],
  ['serializer', /here it is keySerializer and valueSerializer/],
  ['retry.backoff.max.ms', /here it is retryBackoffMaxMs/],
  ['maxInFlightRequests', /here it is maxInFlight/],
  ['delivery.timeout.ms', /here it is deliveryTimeoutMs/],
  ['batchByte', /did you mean batchBytes\?/],
  ['comperssion', /did you mean compression\?/],
  ['onTopicRecreate', /did you mean onTopicRecreated\?/],
  ['maxInflight', /here it is maxInFlight/],
  ['clientID', /here it is clientId/],
  ['linger.ms', /here it is lingerMs/],
  ['bootstrap.servers', /here it is bootstrapServers/],
  ['BOOTSTRAP_SERVERS', /here it is bootstrapServers/],
  ['metadata.broker.list', /here it is bootstrapServers/],
  ['batch.size', /here it is batchBytes/],
  ['buffer.memory', /here it is bufferBytes/],
  ['compression.type', /here it is compression/],
  ['enable.idempotence', /here it is idempotent/],
  ['max.in.flight.requests.per.connection', /here it is maxInFlight/],
  ['max.request.size', /here it is maxRequestBytes/],
  ['sasl.mechanism', /here it is sasl/],
  ['security.protocol', /here it is tls/],
  ['ssl.keystore.location', /here it is tls/],
  ['queue.buffering.max.ms', /here it is lingerMs/],
  ['retries', /here it is deliveryTimeoutMs: it tries again/],
  ['retry', /here it is deliveryTimeoutMs: it tries again/],
  ['message.send.max.retries', /here it is deliveryTimeoutMs: it tries again/],
  ['connectionTimeout', /here it is connectionSetupTimeoutMs/],
  ['bootstrapBrokers', /here it is bootstrapServers/],
  ['createPartitioner', /here it is partitioner/],
  ['logLevel', /here it is logger/],
  ['transactional.id', /here it is transactionalId/],
  ['transaction.timeout.ms', /here it is transactionTimeoutMs/],
  ['transactionTimeout', /here it is transactionTimeoutMs/],
  ['something', /unknown option something$/],
  ['__proto__x', /unknown option __proto__x$/],
  ['x'.repeat(10_000), /unknown option x{60}…$/],
])('an option named %.40s is refused with the right name', (name, message) => {
  const create = (): unknown => createProducer({ bootstrapServers, [name]: 5 })
  expect(create).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }))
  expect(create).toThrow(message)
})

test.each([['localhost:9092'], [['localhost:9092']], [undefined], [null], [() => ({})]])(
  'createProducer shows how to give options in place of %s',
  (options) => {
    expect(() => createProducer(options as never)).toThrow(
      /createProducer takes an object of options.*bootstrapServers: 'localhost:9092'/,
    )
  },
)

test('composeProducer checks what it is given besides the stages', () => {
  const compose = (options: object): unknown =>
    composeProducer({} as never, { runtime: nodeRuntime(), ...options } as never)
  const refused: [object, RegExp][] = [
    [
      { maxRequestBytes: '1048576' },
      /maxRequestBytes is the string '1048576'; give a whole number/,
    ],
    [{}, /maxRequestBytes is undefined/],
    [{ maxRequestBytes: 65_536, logger: {} }, /logger has no debug/],
    [{ maxRequestBytes: 65_536, onDeliveryError: 'log' }, /onDeliveryError.*give a function/],
    [{ maxRequestBytes: 65_536, maxRequestByte: 5 }, /did you mean maxRequestBytes\?/],
    [{ maxRequestBytes: 65_536, runtime: undefined }, /runtime has no now.*nodeRuntime/],
    [{ maxRequestBytes: 65_536 }, /partitioner has no forTopic/],
  ]
  for (const [options, message] of refused) expect(() => compose(options)).toThrow(message)
})

test('composeProducer takes the object of options that the stages are made with', () => {
  const options = {
    ...accumulatorDefaults,
    ...senderDefaults,
    ...networkDefaults,
    bootstrapServers: 'localhost:9092',
    runtime: nodeRuntime(),
  }
  const stages = {
    partitioner: { forTopic() {} },
    front: { forTopic() {}, receive() {} },
    sendingHalf: { start() {}, receive() {} },
  }
  expect(() => checkComposition(stages as never, options)).not.toThrow()
})

test.each([
  ['close', [5], /the options are 5; give \{ timeoutMs \}/],
  ['close', [{ timeoutMs: '5' }], /timeoutMs is the string '5'; give a number of milliseconds/],
  ['close', [{ timeoutMs: 5n }], /timeoutMs is the bigint 5n/],
  ['close', [{ timeoutMs: Number.NaN }], /timeoutMs is NaN/],
  ['close', [{ timeout: 5 }], /there is no option timeout; give \{ timeoutMs \}/],
  ['flush', [5], /the options are 5; give \{ signal \}/],
  ['flush', [AbortSignal.abort()], /the options are a signal; give \{ signal \}/],
  ['flush', [{ timeoutMs: 5 }], /there is no option timeoutMs; give \{ signal \}/],
  ['send', [{ topic: 't', value: '' }, { singal: null }], /there is no option singal; give/],
  ['send', [{ topic: 't', value: '' }, 5n], /the options are the bigint 5n; give \{ signal \}/],
  ['connect', [{ signal: 'x' }], /signal is of type string; give an AbortSignal/],
  ['send', [{ topic: 't', value: '' }, AbortSignal.abort()], /the options are a signal/],
  ['send', [{ topic: 't', messages: [] }], /a record has no messages.*sendMany/],
  ['send', [[{ topic: 't', value: 'x' }]], /send takes one record; give the array to sendMany/],
  [
    'send',
    [{ topic: 't', value: '' }, () => {}],
    /the options are of type function; give \{ signal/,
  ],
  ['send', ['text'], /a record is an object with topic and value, and this is of type string/],
  ['send', [{ topic: 't', payload: 'x' }], /value is missing.*there is payload: call it value/],
  ['send', [{ topic: 't', vlaue: 'x' }], /value is missing.*there is vlaue: call it value/],
  ['send', [{ Topic: 't', value: 'x' }], /topic is missing.*there is Topic: call it topic/],
  ['send', [{ topic: 't' }], /value is missing in the record; give a string, a Uint8Array or null/],
  ['sendMany', [{ topic: 't', messages: [] }], /a record has no messages.*sendMany/],
] as const)('%s refuses %o and says what to give', async (method, args, message) => {
  const producer = createProducer({ bootstrapServers })
  const call = producer[method] as (...given: unknown[]) => Promise<unknown>
  const error = await call.apply(producer, [...args]).catch((e: unknown) => e)
  await producer.close()
  expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', message: expect.stringMatching(message) })
})
