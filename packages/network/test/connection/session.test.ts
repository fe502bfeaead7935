import { produceApi, saslAuthenticateApi, saslHandshakeApi } from '@sluice/protocol'
import { expect, test, vi } from 'vitest'
import { plain } from '../../src/sasl.js'
import { silence } from '../fake-broker.js'
import { outcome, SocketWorld } from '../socket-world.js'

const sasl = plain({ username: 'orders', password: 'secret' })
const secure = { sasl, allowInsecureSasl: true }
const done = { responses: [], throttleTimeMs: 0 }

function keys(world: SocketWorld): number[] {
  return world.broker.seen.map(({ apiKey }) => apiKey)
}

test('a connection authenticates again before its session ends: what is in flight first, what is queued after', async () => {
  const world = new SocketWorld(secure)
  world.broker.sessionLifetimeMs = 5_000n
  await world.connected(1)
  const { broker, client, runtime } = world
  const connection = client.connectionId(1)
  await runtime.pass(4_000)
  world.produce(1)
  client.poll()
  await runtime.pass(499)
  expect(client.ready(1)).toBe(true)
  await runtime.pass(1)
  expect(client.ready(1)).toBe(false)
  // Whoever queues all the same waits.
  const answers = world.produce(1)
  client.poll()
  await runtime.settle()
  expect(broker.of(produceApi)).toHaveLength(1)
  expect(broker.of(saslHandshakeApi)).toHaveLength(1)
  const before = world.changes
  broker.answer(broker.of(produceApi)[0]!, done)
  await runtime.settle()
  expect(keys(world).slice(-4)).toEqual([
    produceApi.key,
    saslHandshakeApi.key,
    saslAuthenticateApi.key,
    produceApi.key,
  ])
  expect(client.connectionId(1)).toBe(connection)
  expect(client.ready(1)).toBe(true)
  expect(world.changes).toBeGreaterThan(before)
  broker.answer(broker.of(produceApi)[1]!, done)
  expect(answers).toMatchObject([{ error: null }])
})

test('a session is renewed again and again, and not before its time', async () => {
  const world = new SocketWorld(secure)
  world.broker.sessionLifetimeMs = 10_000n
  await world.connected(1)
  await world.runtime.pass(30_000)
  expect(world.broker.of(saslAuthenticateApi)).toHaveLength(4)
  world.broker.sessionLifetimeMs = 0n
  await world.runtime.pass(300_000)
  expect(world.broker.of(saslAuthenticateApi)).toHaveLength(5)
})

test.each([
  [0, 8_500],
  [0.999_999, 9_500],
])('sessions of one length are not renewed all at once (chance %d)', async (chance, at) => {
  const world = new SocketWorld(secure)
  world.runtime.random = () => chance
  world.broker.sessionLifetimeMs = 10_000n
  await world.connected(1)
  await world.runtime.pass(at - 1)
  expect(world.broker.of(saslAuthenticateApi)).toHaveLength(1)
  await world.runtime.pass(2)
  expect(world.broker.of(saslAuthenticateApi)).toHaveLength(2)
})

test('requests without an answer are out before the session is renewed', async () => {
  const world = new SocketWorld(secure)
  world.broker.sessionLifetimeMs = 5_000n
  await world.connected(1)
  const stream = world.network.streams[0]!
  stream.flushes = false
  await world.runtime.pass(4_000)
  const answers = world.produce(1, 0)
  world.client.poll()
  await world.runtime.pass(600)
  expect(world.broker.of(saslHandshakeApi)).toHaveLength(1)
  stream.flushes = true
  stream.flush()
  await world.runtime.settle()
  expect(answers).toHaveLength(1)
  expect(world.broker.of(saslHandshakeApi)).toHaveLength(2)
})

test('a session that cannot be renewed ends its connection, and what waited was not written', async () => {
  const world = new SocketWorld(secure)
  world.broker.sessionLifetimeMs = 5_000n
  await world.connected(1)
  world.broker.script = ({ apiKey }) => (apiKey === saslAuthenticateApi.key ? silence : undefined)
  await world.runtime.pass(4_500)
  const answers = world.produce(1)
  const [, request] = world.broker.of(saslAuthenticateApi)
  world.broker.answer(request!, world.broker.refused())
  await world.runtime.settle()
  expect(answers).toMatchObject([{ written: false, error: { code: 'CONNECTION_CLOSED' } }])
  expect(world.client.connectionId(1)).toBe(0)
  expect(world.client.authenticationFailure!(1)).toBeNull()
  expect(world.warnings).toEqual([expect.stringContaining('SASL_AUTHENTICATION_FAILED')])
})

test('a renewal that takes too long ends the connection', async () => {
  const world = new SocketWorld({ ...secure, connectionSetupTimeoutMs: 2_000 })
  world.broker.sessionLifetimeMs = 5_000n
  await world.connected(1)
  world.broker.script = ({ apiKey }) => (apiKey === saslAuthenticateApi.key ? silence : undefined)
  await world.runtime.pass(6_499)
  expect(world.client.connectionId(1)).toBe(1)
  await world.runtime.pass(10)
  expect(world.client.connectionId(1)).toBe(0)
  expect(world.warnings).toEqual([
    expect.stringContaining('was not authenticated again within 2000 ms'),
  ])
})

test('renewals do not keep a connection from being idle', async () => {
  const world = new SocketWorld({ ...secure, connectionsMaxIdleMs: 60_000 })
  world.broker.sessionLifetimeMs = 5_000n
  await world.connected(1)
  await world.runtime.pass(60_001)
  expect(world.client.connectionId(1)).toBe(0)
  const { length } = world.broker.of(saslAuthenticateApi)
  await world.runtime.pass(60_000)
  expect(world.broker.of(saslAuthenticateApi)).toHaveLength(length)
})

test('a client that is closed in the middle of it leaves no timer and sends nothing more', async () => {
  const world = new SocketWorld(secure)
  world.broker.sessionLifetimeMs = 5_000n
  await world.connected(1)
  world.broker.script = ({ apiKey }) => (apiKey === saslAuthenticateApi.key ? silence : undefined)
  await world.runtime.pass(4_500)
  const closing = world.client.close()
  await world.runtime.settle()
  await closing
  expect(world.runtime.pendingTimers).toBe(0)
})

test('a session of moments leaves time for requests', async () => {
  const world = new SocketWorld(secure)
  world.broker.sessionLifetimeMs = 1n
  await world.connected(1)
  await world.runtime.pass(1_000)
  expect(world.broker.of(saslAuthenticateApi).length).toBeLessThan(13)
})

test('a session longer than any timer is one', async () => {
  const world = new SocketWorld(secure)
  world.broker.sessionLifetimeMs = 2n ** 62n
  const setTimeout = vi.spyOn(world.runtime, 'setTimeout')
  await world.connected(1)
  expect(Math.max(...setTimeout.mock.calls.map(([, ms]) => ms))).toBe(2_147_483_647)
  await world.runtime.pass(1_000)
  expect(world.broker.of(saslAuthenticateApi)).toHaveLength(1)
})

test('an answer that comes with the end of the connection starts no session', async () => {
  const world = new SocketWorld(secure)
  world.broker.script = ({ apiKey }) => (apiKey === saslAuthenticateApi.key ? silence : undefined)
  world.broker.sessionLifetimeMs = 5_000n
  const connecting = outcome(world.client.connect())
  await world.runtime.settle()
  world.broker.answer(world.broker.of(saslAuthenticateApi)[0]!, world.broker.authenticated())
  const closing = world.client.close()
  await world.runtime.settle()
  await closing
  expect(await connecting).toMatchObject({ code: 'CONNECTION_CLOSED' })
  expect(world.runtime.pendingTimers).toBe(0)
})
