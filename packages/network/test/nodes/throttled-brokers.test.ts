import { apiVersionsApi, metadataApi, produceApi, saslHandshakeApi } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { plain } from '../../src/sasl.js'
import { silence, type FakeBroker } from '../fake-broker.js'
import { outcome, SocketWorld } from '../socket-world.js'

const done = { responses: [], throttleTimeMs: 0 }
const secure = { sasl: plain({ username: 'orders', password: 'secret' }), allowInsecureSasl: true }

/** A Produce whose answer asks to be sent nothing for so long. */
async function throttle(world: SocketWorld, id: number, throttleTimeMs: number): Promise<void> {
  const broker = world.brokers[id - 1]!
  world.produce(id)
  world.client.poll()
  await world.runtime.settle()
  broker.answer(broker.of(produceApi).at(-1)!, { ...done, throttleTimeMs })
}

/** Answers ApiVersions with this throttle time. */
function throttleApiVersions(broker: FakeBroker, throttleTimeMs: number): void {
  broker.script = ({ apiKey }) =>
    apiKey === apiVersionsApi.key
      ? { errorCode: 0, apiKeys: broker.versions, finalizedFeatures: [], throttleTimeMs }
      : undefined
}

function hangUp(world: SocketWorld, address: string): void {
  for (const stream of world.network.open) if (stream.address === address) stream.hangUp()
}

test('a throttle outlasts its connection', async () => {
  const world = await new SocketWorld().connected(1)
  world.client.onChange(() => world.client.ready(1))
  await throttle(world, 1, 15_000)
  hangUp(world, 'broker-1:9092')
  await world.runtime.pass(14_999)
  expect(world.client.connectionId(1)).toBe(2)
  expect(world.client.ready(1)).toBe(false)
  const before = world.changes
  await world.runtime.pass(1)
  expect(world.client.ready(1)).toBe(true)
  expect(world.changes).toBeGreaterThan(before)
})

test('a throttle of a bootstrap server holds for the broker that it turns out to be', async () => {
  const world = new SocketWorld({ brokers: 0, bootstrapServers: 'seed:1' })
  const broker = world.addBroker(1)
  world.network.listen('seed:1', (stream) => {
    stream.remote = { address: 'broker-1', port: 9092 }
    broker.accept(stream)
  })
  broker.metadataThrottleMs = 5_000
  await world.connected(1)
  expect(world.client.ready(1)).toBe(false)
  await world.runtime.pass(5_000)
  expect(world.client.ready(1)).toBe(true)
  expect(world.network.attempts).toEqual(['seed:1'])
})

test('a throttle is not forgotten when the cluster is found anew', async () => {
  const world = await new SocketWorld({ brokers: 2 }).connected(1, 2)
  await throttle(world, 2, 15_000)
  const [first] = world.brokers
  let times = 0
  first!.script = ({ apiKey }) =>
    apiKey === metadataApi.key && times++ === 0
      ? { ...first!.metadata([]), errorCode: 129 }
      : undefined
  await world.runtime.pass(1_000)
  world.client.metadata.refresh()
  world.client.onChange(() => world.client.ready(2))
  await world.runtime.pass(5_000)
  expect(times).toBeGreaterThan(1)
  expect(world.client.connectionId(2)).toBeGreaterThan(2)
  expect(world.client.ready(2)).toBe(false)
  await world.runtime.pass(10_000)
  expect(world.client.ready(2)).toBe(true)
})

test('a broker that throttles while it is set up has that much more time', async () => {
  const world = new SocketWorld({ ...secure, connectionSetupTimeoutMs: 2_000 })
  throttleApiVersions(world.broker, 5_000)
  const { script } = world.broker
  world.broker.script = (request) =>
    request.apiKey === saslHandshakeApi.key ? silence : script(request)
  const connecting = outcome(world.client.connect())
  await world.runtime.pass(6_900)
  expect(world.network.attempts).toHaveLength(1)
  const handshake = world.broker.of(saslHandshakeApi)[0]!
  world.broker.answer(handshake, { errorCode: 0, mechanisms: ['PLAIN'] })
  await world.runtime.settle()
  expect(await connecting).toBeNull()
})

test('a session is renewed when its broker throttles no longer, and the limit begins only then', async () => {
  const world = new SocketWorld({ ...secure, connectionSetupTimeoutMs: 2_000 })
  world.broker.sessionLifetimeMs = 5_000n
  await world.connected(1)
  const connection = world.client.connectionId(1)
  await world.runtime.pass(4_000)
  await throttle(world, 1, 15_000)
  await world.runtime.pass(14_999)
  expect(world.client.connectionId(1)).toBe(connection)
  expect(world.broker.of(saslHandshakeApi)).toHaveLength(1)
  await world.runtime.pass(1)
  expect(world.broker.of(saslHandshakeApi)).toHaveLength(2)
  expect(world.client.connectionId(1)).toBe(connection)
  expect(world.client.ready(1)).toBe(true)
})

test('a request that was sent in a throttle time of another connection is not late sooner', async () => {
  const world = await new SocketWorld({ requestTimeoutMs: 3_000 }).connected(1)
  world.client.onChange(() => world.client.ready(1))
  await throttle(world, 1, 2_000)
  hangUp(world, 'broker-1:9092')
  await world.runtime.pass(2_000)
  const answers = world.produce(1)
  world.produce(1, -1, answers)
  world.client.poll()
  await world.runtime.settle()
  world.broker.answer(world.broker.of(produceApi).at(-2)!, { ...done, throttleTimeMs: 4_000 })
  await world.runtime.pass(6_900)
  expect(answers).toMatchObject([{ error: null }])
  await world.runtime.pass(200)
  expect(answers).toMatchObject([{ error: null }, { error: { code: 'REQUEST_TIMEOUT' } }])
})

test('close leaves no timer of a broker that throttles', async () => {
  const world = await new SocketWorld().connected(1)
  await throttle(world, 1, 15_000)
  const closing = world.client.close()
  await world.runtime.settle()
  await closing
  expect(world.runtime.pendingTimers).toBe(0)
})

test('while the only connected broker throttles, another one is connected and asked for metadata', async () => {
  const world = await new SocketWorld({ brokers: 2 }).connected(1)
  world.view.topics.set('orders', { partitions: [{ leader: 2 }] })
  await throttle(world, 1, 60_000)
  world.client.metadata.want('orders')
  await world.runtime.settle()
  expect(world.client.metadata.leader('orders', 0)).toMatchObject({ node: 2 })
  expect(world.network.attempts).toEqual(['broker-1:9092', 'broker-2:9092'])
})

test('where every known broker throttles, the bootstrap servers are asked', async () => {
  const world = await new SocketWorld({
    brokers: 1,
    bootstrapServers: ['broker-1:9092', 'other:1'],
  }).connected(1)
  const other = new SocketWorld({ brokers: 0 }).addBroker(7).listen(world.network, 'other:1')
  other.view.brokers = world.view.brokers
  other.view.topics.set('orders', { partitions: [{ leader: 1 }] })
  await throttle(world, 1, 60_000)
  world.client.metadata.want('orders')
  await world.runtime.pass(2_000)
  expect(world.client.metadata.leader('orders', 0)).toMatchObject({ node: 1 })
  expect(world.client.ready(1)).toBe(false)
})

test('a bootstrap server that throttles ApiVersions does not keep connect from the next server', async () => {
  const world = new SocketWorld({
    brokers: 2,
    bootstrapServers: ['broker-1:9092', 'broker-2:9092'],
  })
  world.runtime.random = () => 0
  throttleApiVersions(world.broker, 45_000)
  const connecting = outcome(world.client.connect())
  await world.runtime.settle()
  expect(await connecting).toBeNull()
  expect(world.client.ready(1)).toBe(false)
  await world.runtime.pass(44_999)
  world.client.ready(1)
  await world.runtime.settle()
  expect(world.client.ready(1)).toBe(false)
  await world.runtime.pass(2)
  expect(world.client.ready(1)).toBe(true)
})

test('where the only server throttles, connect resolves as soon as it throttles no longer', async () => {
  const world = new SocketWorld()
  throttleApiVersions(world.broker, 20_000)
  const connecting = outcome(world.client.connect())
  await world.runtime.pass(15_000)
  expect(world.client.metadata.lastError!.message).toMatch(
    /serves: broker-1:9092: it throttles this client for another \d+ ms/,
  )
  expect(world.network.attempts).toEqual(['broker-1:9092'])
  await world.runtime.pass(5_000)
  expect(await connecting).toBeNull()
  expect(world.warnings).toEqual([])
})

test('while one server throttles, those that failed are tried again, with the list asked for anew', async () => {
  let servers = ['broker-1:9092', 'gone:1']
  const world = new SocketWorld({ bootstrapServers: () => servers })
  world.runtime.random = () => 0
  throttleApiVersions(world.broker, 60_000)
  const connecting = outcome(world.client.connect())
  await world.runtime.pass(5_000)
  expect(world.network.attempts.filter((one) => one === 'gone:1').length).toBeGreaterThan(3)
  servers = ['broker-1:9092', 'second:1']
  const second = world.addBroker(2).listen(world.network, 'second:1')
  await world.runtime.pass(1_500)
  expect(await connecting).toBeNull()
  expect(second.of(metadataApi)).not.toEqual([])
})
