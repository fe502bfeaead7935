import { apiVersionsApi, initProducerIdApi, produceApi } from '@sluice/protocol'
import { expect, test } from 'vitest'
import type { Answer } from '../../src/network-client.js'
import { silence } from '../fake-broker.js'
import { outcome, SocketWorld } from '../socket-world.js'

const done = { responses: [], throttleTimeMs: 0 }

function codes(answers: readonly Answer<unknown>[]): (string | null)[] {
  return answers.map(({ error }) => error?.code ?? null)
}

test('a broker that throttles is left alone for that time, without timing out what it has not read', async () => {
  const world = await new SocketWorld({ requestTimeoutMs: 1_000 }).connected(1)
  const answers = world.produce(1)
  world.produce(1, -1, answers)
  world.client.poll()
  await world.runtime.settle()
  const [first, second] = world.broker.of(produceApi)
  world.broker.answer(first!, { ...done, throttleTimeMs: 5_000 })
  expect(world.client.ready(1)).toBe(false)
  await world.runtime.pass(4_999)
  expect(world.client.ready(1)).toBe(false)
  expect(codes(answers)).toEqual([null])
  const before = world.changes
  await world.runtime.pass(1)
  expect(world.client.ready(1)).toBe(true)
  expect(world.changes).toBeGreaterThan(before)
  world.broker.answer(second!, done)
  expect(codes(answers)).toEqual([null, null])
})

test('throttling that overlaps is not added up, and time-outs go on behind it', async () => {
  const world = await new SocketWorld({ requestTimeoutMs: 1_000 }).connected(1)
  const answers = world.produce(1)
  for (let count = 0; count < 2; count++) world.produce(1, -1, answers)
  world.client.poll()
  await world.runtime.settle()
  const [first, second] = world.broker.of(produceApi)
  world.broker.answer(first!, { ...done, throttleTimeMs: 2_000 })
  world.broker.answer(second!, { ...done, throttleTimeMs: 2_000 })
  await world.runtime.pass(2_990)
  expect(codes(answers)).toEqual([null, null])
  await world.runtime.pass(20)
  expect(codes(answers)).toEqual([null, null, 'REQUEST_TIMEOUT'])
})

test('a shorter throttle time does not end a longer one', async () => {
  const world = await new SocketWorld().connected(1)
  world.produce(1)
  world.produce(1)
  world.client.poll()
  await world.runtime.settle()
  const [first, second] = world.broker.of(produceApi)
  world.broker.answer(first!, { ...done, throttleTimeMs: 5_000 })
  await world.runtime.pass(1_000)
  world.broker.answer(second!, { ...done, throttleTimeMs: 100 })
  await world.runtime.pass(3_999)
  expect(world.client.ready(1)).toBe(false)
  await world.runtime.pass(1)
  expect(world.client.ready(1)).toBe(true)
})

test('metadata may throttle, too', async () => {
  const world = new SocketWorld()
  world.broker.metadataThrottleMs = 3_000
  await world.connected(1)
  expect(world.client.ready(1)).toBe(false)
  await world.runtime.pass(3_000)
  expect(world.client.ready(1)).toBe(true)
})

test('the throttle time of a broker that has waited itself is past', async () => {
  const world = new SocketWorld()
  world.broker.versions = world.broker.versions.map((range) => ({
    ...range,
    maxVersion: Math.min(range.maxVersion, 5),
  }))
  await world.connected(1)
  world.produce(1)
  world.client.poll()
  await world.runtime.settle()
  world.broker.answer(world.broker.of(produceApi)[0]!, { ...done, throttleTimeMs: 5_000 })
  expect(world.client.ready(1)).toBe(true)
})

test('a connection that nobody uses is closed, and is not missed', async () => {
  const world = await new SocketWorld({ connectionsMaxIdleMs: 60_000 }).connected(1)
  await world.runtime.pass(30_000)
  world.produce(1)
  world.client.poll()
  await world.runtime.settle()
  world.broker.answer(world.broker.of(produceApi)[0]!, done)
  await world.runtime.pass(59_999)
  expect(world.client.connectionId(1)).toBe(1)
  await world.runtime.pass(2)
  expect(world.client.connectionId(1)).toBe(0)
  expect(world.warnings).toEqual([])
  world.client.ready(1)
  await world.runtime.settle()
  expect(world.client.ready(1)).toBe(true)
  expect(world.client.connectionId(1)).toBe(2)
})

test('a connection with a request in flight is not idle', async () => {
  const world = await new SocketWorld({
    connectionsMaxIdleMs: 1_000,
    requestTimeoutMs: 30_000,
  }).connected(1)
  world.produce(1)
  world.client.poll()
  await world.runtime.pass(10_000)
  expect(world.client.connectionId(1)).toBe(1)
})

test('the version of a request is the highest that client, caller and broker have in common', async () => {
  const world = new SocketWorld()
  world.broker.versions = world.broker.versions.map((range) =>
    range.apiKey === produceApi.key ? { ...range, maxVersion: 9 } : range,
  )
  await world.connected(1)
  world.produce(1)
  world.client.send(
    1,
    {
      api: produceApi,
      maxVersion: 7,
      build: (version) => ({ transactionalId: null, acks: version, timeoutMs: 1, topicData: [] }),
      expectsAnswer: true,
    },
    () => {},
  )
  world.client.poll()
  await world.runtime.settle()
  expect(world.broker.of(produceApi).map(({ version }) => version)).toEqual([9, 7])
  expect(world.broker.of(produceApi)[1]!.body.acks).toBe(7)
})

test('a request that the broker has no version for is refused, and the others go out', async () => {
  const world = new SocketWorld()
  world.broker.versions = world.broker.versions.map((range) =>
    range.apiKey === produceApi.key ? { ...range, minVersion: 0, maxVersion: 2 } : range,
  )
  await world.connected(1)
  const answers = world.produce(1)
  world.client.send(
    1,
    {
      api: initProducerIdApi,
      build: () => ({ transactionalId: null, transactionTimeoutMs: 0 }),
      expectsAnswer: true,
    },
    () => {},
  )
  expect(answers).toEqual([])
  world.client.poll()
  expect(answers).toMatchObject([{ error: { code: 'UNSUPPORTED_VERSION' }, written: false }])
  expect(answers[0]!.error!.message).toContain(
    'Produce 3 to 13 is needed; the broker speaks 0 to 2',
  )
  await world.runtime.settle()
  expect(world.broker.of(initProducerIdApi)).toHaveLength(1)
  expect(world.client.inFlight(1)).toBe(1)
})

test('a broker that is too new for a request is not asked', async () => {
  const world = new SocketWorld()
  world.broker.versions = world.broker.versions.map((range) =>
    range.apiKey === produceApi.key ? { ...range, minVersion: 20, maxVersion: 25 } : range,
  )
  await world.connected(1)
  const answers = world.produce(1)
  world.client.poll()
  expect(answers).toMatchObject([{ error: { code: 'UNSUPPORTED_VERSION' }, written: false }])
})

test('ApiVersions names the software and comes first, in the highest version', async () => {
  const world = await new SocketWorld({ clientId: 'orders' }).connected()
  expect(world.broker.seen[0]).toMatchObject({
    apiKey: apiVersionsApi.key,
    version: 4,
    clientId: 'orders',
    body: {
      clientSoftwareName: 'sluice',
      clientSoftwareVersion: expect.stringMatching(/^\d+\.\d+\.\d+/),
    },
  })
})

test.each([
  ['names its own', [{ apiKey: 18, minVersion: 0, maxVersion: 2 }], [4, 2]],
  ['names none', [], [4, 0]],
  ['names a wrong one', [{ apiKey: 18, minVersion: 0, maxVersion: 9 }], [4, 0]],
])(
  'a broker that does not know that version and %s is asked again',
  async (_, apiKeys, versions) => {
    const world = new SocketWorld()
    world.broker.script = ({ apiKey, version }) => {
      if (apiKey !== apiVersionsApi.key || version < 4) return undefined
      return { errorCode: 35, apiKeys }
    }
    // It answers in version 0, whatever it was asked in.
    const encode = world.broker.encode.bind(world.broker)
    world.broker.encode = (request, body) =>
      encode(body.errorCode === 35 ? { ...request, version: 0 } : request, body)
    await world.connected(1)
    expect(world.client.ready(1)).toBe(true)
    expect(world.broker.of(apiVersionsApi).map(({ version }) => version)).toEqual(versions)
  },
)

test('a broker that refuses every version of ApiVersions is given up', async () => {
  const world = new SocketWorld()
  world.broker.script = ({ apiKey }) =>
    apiKey === apiVersionsApi.key ? { errorCode: 35, apiKeys: [] } : undefined
  const encode = world.broker.encode.bind(world.broker)
  world.broker.encode = (request, body) => encode({ ...request, version: 0 }, body)
  await expect(Promise.all([world.client.connect(), world.runtime.settle()])).rejects.toMatchObject(
    {
      code: 'CONNECTION_FAILED',
      cause: { code: 'UNSUPPORTED_VERSION' },
    },
  )
  expect(world.network.open).toHaveLength(0)
})

test('the set-up time covers ApiVersions, too', async () => {
  const world = new SocketWorld({ connectionSetupTimeoutMs: 2_000 })
  world.broker.script = ({ apiKey }) => (apiKey === apiVersionsApi.key ? silence : undefined)
  const connecting = outcome(world.client.connect())
  await world.runtime.pass(1_999)
  expect(world.network.open).toHaveLength(1)
  await world.runtime.pass(10)
  expect((await connecting)!.message).toContain(
    'broker-1:9092: ApiVersions was not answered within 2000 ms',
  )
  expect(world.network.open).toHaveLength(0)
})

test('the set-up time covers a connection that never opens', async () => {
  const world = new SocketWorld({ connectionSetupTimeoutMs: 2_000 })
  world.network.hang('broker-1:9092')
  const connecting = outcome(world.client.connect())
  await world.runtime.pass(2_010)
  expect((await connecting)!.message).toContain('the connection was not open within 2000 ms')
})

test('a stream that opens after the set-up time is closed', async () => {
  const world = new SocketWorld({ connectionSetupTimeoutMs: 2_000 })
  const connect = world.network.connect.bind(world.network)
  world.network.connect = async (target) => {
    await new Promise((resolve) => world.runtime.setTimeout(() => resolve(null), 3_000))
    return connect(target)
  }
  const connecting = outcome(world.client.connect())
  await world.runtime.pass(2_010)
  expect(await connecting).toMatchObject({ code: 'CONNECTION_FAILED' })
  await world.runtime.pass(3_010)
  expect(world.network.streams.length).toBeGreaterThan(0)
  expect(world.network.open).toHaveLength(0)
})
