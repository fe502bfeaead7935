import {
  apiVersionsApi,
  metadataApi,
  produceApi,
  saslAuthenticateApi,
  saslHandshakeApi,
  zeroUuid,
} from '@sluice/protocol'
import { expect, test } from 'vitest'
import type { SaslMechanism } from '../../src/sasl-mechanism.js'
import { oauthBearer, plain } from '../../src/sasl.js'
import { silence, type SeenRequest } from '../fake-broker.js'
import { outcome, SocketWorld } from '../socket-world.js'

const sasl = plain({ username: 'orders', password: 'canary-password' })
const secure = { sasl, allowInsecureSasl: true }
const done = { responses: [], throttleTimeMs: 0 }

/** A world whose broker answers SaslAuthenticate so. */
function answering(
  answer: (world: SocketWorld, request: SeenRequest) => unknown,
  options = {},
): SocketWorld {
  const world = new SocketWorld({ ...secure, ...options })
  world.broker.script = (request) =>
    request.apiKey === saslAuthenticateApi.key ? answer(world, request) : undefined
  return world
}

function keys(world: SocketWorld): number[] {
  return world.broker.seen.map(({ apiKey }) => apiKey)
}

test('a connection is authenticated after its versions are agreed on and before anything else', async () => {
  const world = await new SocketWorld(secure).connected(1)
  expect(keys(world)).toEqual([
    apiVersionsApi.key,
    saslHandshakeApi.key,
    saslAuthenticateApi.key,
    metadataApi.key,
  ])
  const [, handshake, authenticate] = world.broker.seen
  expect(handshake).toMatchObject({ version: 1, body: { mechanism: 'PLAIN' } })
  expect(String(authenticate!.body.authBytes)).toBe('\0orders\0canary-password')
})

test('credentials that are refused fail connect at once, for good, and no other server is asked', async () => {
  const world = answering(({ broker }) => broker.refused('Invalid username or password'), {
    brokers: 3,
    bootstrapServers: ['broker-1:9092', 'broker-2:9092', 'broker-3:9092'],
  })
  world.runtime.random = () => 0
  const connecting = outcome(world.client.connect())
  await world.runtime.settle()
  const error = await connecting
  expect(error).toMatchObject({ code: 'SASL_AUTHENTICATION_FAILED', retriable: false })
  expect(error!.message).toBe(
    'SASL_AUTHENTICATION_FAILED: broker-1:9092: PLAIN: the broker refused the credentials: Invalid username or password',
  )
  expect(world.network.attempts).toEqual(['broker-1:9092'])
  expect(world.client.metadata.lastError).toBe(error)
  expect(world.warnings).toEqual([expect.stringContaining(error!.message)])
})

test('what the broker repeats of the credentials is not repeated by us', async () => {
  const world = answering(({ broker }) =>
    broker.refused('orders: canary-password is wrong (canary-password)\r\nforged line'),
  )
  const error = await Promise.all([outcome(world.client.connect()), world.runtime.settle()])
  expect(error[0]!.message).toContain('credentials: ***: *** is wrong (***)??forged line')
})

test('credentials that were refused are tried again with the next attempt', async () => {
  let right = false
  const world = answering(({ broker }) => (right ? broker.authenticated() : broker.refused()))
  world.client.metadata.want('orders')
  await world.runtime.settle()
  expect(world.client.metadata.lastError?.code).toBe('SASL_AUTHENTICATION_FAILED')
  right = true
  await world.runtime.pass(100)
  expect(world.client.metadata.lastError).not.toMatchObject({ code: 'SASL_AUTHENTICATION_FAILED' })
  expect(world.broker.of(metadataApi).length).toBeGreaterThan(0)
})

test.each([
  [
    { errorCode: 33, mechanisms: ['GSSAPI', 'SCRAM\n'] },
    'UNSUPPORTED_SASL_MECHANISM',
    'PLAIN: the broker offers GSSAPI, SCRAM?',
  ],
  [{ errorCode: 0, mechanisms: ['GSSAPI'] }, 'UNSUPPORTED_SASL_MECHANISM', 'offers GSSAPI'],
  [{ errorCode: 33, mechanisms: [] }, 'UNSUPPORTED_SASL_MECHANISM', 'offers none'],
  [{ errorCode: 34, mechanisms: [] }, 'ILLEGAL_SASL_STATE', 'does not ask for SASL at this port'],
])(
  'a broker that answers the handshake with %j is not talked to',
  async (answer, code, message) => {
    const world = new SocketWorld(secure)
    world.broker.script = ({ apiKey }) => (apiKey === saslHandshakeApi.key ? answer : undefined)
    const connecting = outcome(world.client.connect())
    await world.runtime.settle()
    expect(await connecting).toMatchObject({ code, message: expect.stringContaining(message) })
    expect(world.broker.of(saslAuthenticateApi)).toEqual([])
  },
)

test('a broker that takes the mechanism and names none is believed, in the first version too', async () => {
  const world = new SocketWorld(secure)
  world.broker.mechanisms = []
  world.broker.versions = world.broker.versions.map((range) =>
    range.apiKey === saslAuthenticateApi.key ? { ...range, maxVersion: 0 } : range,
  )
  await world.connected(1)
  await world.runtime.pass(500_000)
  expect(world.broker.of(saslAuthenticateApi)).toMatchObject([{ version: 0 }])
})

test('a broker that speaks SASL in the old way only is not talked to', async () => {
  const world = new SocketWorld(secure)
  world.broker.versions = world.broker.versions.map((range) =>
    range.apiKey === saslHandshakeApi.key ? { ...range, maxVersion: 0 } : range,
  )
  const connecting = outcome(world.client.connect())
  await world.runtime.settle()
  expect((await connecting)!.message).toContain('SaslHandshake 1 to 1 is needed')
})

test('a secret does not go over a stream that others can read', async () => {
  const world = new SocketWorld({ sasl })
  const connecting = outcome(world.client.connect())
  await world.runtime.settle()
  expect(await connecting).toMatchObject({
    code: 'INVALID_OPTION',
    message: expect.stringMatching(/PLAIN would send its secret to broker-1:9092.*use tls/),
  })
  expect(world.broker.seen).toEqual([])
})

test('a secret goes over a stream that nobody can read', async () => {
  const world = new SocketWorld({ sasl })
  const connect = world.network.connect.bind(world.network)
  world.network.connect = async (target) =>
    Object.assign(await connect(target), { encrypted: true })
  await world.connected(1)
  expect(world.client.ready(1)).toBe(true)
})

test('credentials that cannot be had now do not fail for good, and what was thrown is not kept', async () => {
  const failure = Object.assign(new Error('token endpoint: 503'), { secret: 'canary' })
  const token = async (): Promise<string> => {
    throw failure
  }
  const world = new SocketWorld({ ...secure, sasl: oauthBearer({ token }) })
  world.broker.mechanisms = ['OAUTHBEARER']
  const connecting = outcome(world.client.connect())
  await world.runtime.settle()
  const error = (await connecting)!
  expect(error).toMatchObject({ code: 'CONNECTION_FAILED', retriable: true })
  expect(error.message).toContain('OAUTHBEARER: no credentials could be had: token endpoint: 503')
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
    expect(cause).not.toBe(failure)
})

test('the set-up time covers SASL, too', async () => {
  const world = answering(() => silence, { connectionSetupTimeoutMs: 2_000 })
  const connecting = outcome(world.client.connect())
  await world.runtime.pass(1_999)
  expect(world.network.open).toHaveLength(1)
  await world.runtime.pass(10)
  expect((await connecting)!.message).toContain('the connection was not authenticated within 2000')
})

test('the set-up time covers credentials that take for ever, and nothing is sent when they come', async () => {
  let give: (token: string) => void = () => {}
  const token = () => new Promise<string>((resolve) => (give = resolve))
  const world = new SocketWorld({
    ...secure,
    sasl: oauthBearer({ token }),
    connectionSetupTimeoutMs: 2_000,
  })
  world.broker.mechanisms = ['OAUTHBEARER']
  const connecting = outcome(world.client.connect())
  await world.runtime.pass(2_010)
  expect(await connecting).toMatchObject({ code: 'CONNECTION_FAILED' })
  give('late')
  await world.runtime.settle()
  expect(world.broker.of(saslAuthenticateApi)).toEqual([])
  expect(world.warnings).toHaveLength(1)
})

test('before it is authenticated a peer may send 64 KiB at once, and no more', async () => {
  const world = answering(({ broker }, request) => {
    request.stream.deliver(Uint8Array.of(0, 1, 0, 1))
    return broker.authenticated()
  })
  const connecting = outcome(world.client.connect())
  await world.runtime.settle()
  expect((await connecting)!.message).toContain('65537 bytes, more than the 65536 allowed')
})

test('a mechanism is asked for as many answers as the broker wants', async () => {
  const rounds: string[] = []
  const twoRounds: SaslMechanism = {
    name: 'PLAIN',
    begin: ({ host, port, encrypted }) => ({
      initial: () => Buffer.from(`${host} ${port} ${encrypted}`),
      next: (challenge) => (String(challenge) === 'more' ? Buffer.from('second') : null),
    }),
  }
  const world = answering(
    ({ broker }, { body }) => {
      rounds.push(String(body.authBytes))
      const authBytes = Buffer.from(rounds.length === 1 ? 'more' : 'enough')
      return { ...broker.authenticated(), authBytes }
    },
    { sasl: twoRounds, allowInsecureSasl: false },
  )
  await world.connected(1)
  expect(rounds).toEqual(['broker-1 9092 false', 'second'])
})

test('a mechanism that the broker does not convince refuses it', async () => {
  const doubting: SaslMechanism = {
    name: 'PLAIN',
    begin: () => ({
      initial: () => new Uint8Array(),
      next: () => {
        throw new Error('not convinced')
      },
    }),
  }
  const world = new SocketWorld({ sasl: doubting })
  const connecting = outcome(world.client.connect())
  await world.runtime.settle()
  expect(await connecting).toMatchObject({
    code: 'SASL_AUTHENTICATION_FAILED',
    message: expect.stringContaining('PLAIN: not convinced'),
  })
})

test('a node that refuses says so until it is tried again', async () => {
  const world = await new SocketWorld(secure).connected(1)
  const { broker, client, runtime } = world
  expect(client.authenticationFailure!(1)).toBeNull()
  broker.script = ({ apiKey }) =>
    apiKey === saslAuthenticateApi.key ? broker.refused() : undefined
  broker.streams[0]!.hangUp()
  await runtime.settle()
  expect(client.authenticationFailure!(1)).toBeNull()
  await runtime.pass(50)
  client.ready(1)
  await runtime.settle()
  expect(client.authenticationFailure!(1)).toMatchObject({ code: 'SASL_AUTHENTICATION_FAILED' })
  expect(client.ready(1)).toBe(false)
  expect(client.authenticationFailure!(1)).not.toBeNull()
  broker.script = () => undefined
  await runtime.pass(1_200)
  expect(client.ready(1)).toBe(true)
  expect(client.authenticationFailure!(1)).toBeNull()
})

test('a broker that hangs up at the first question may want SASL', async () => {
  const world = new SocketWorld()
  world.broker.script = ({ apiKey, stream }) => {
    if (apiKey !== metadataApi.key) return undefined
    stream.hangUp()
    return silence
  }
  const connecting = outcome(world.client.connect())
  await world.runtime.settle()
  expect((await connecting)!.message).toContain('does this port expect SASL?')
})

test('once it is authenticated a peer may send answers of the full length', async () => {
  const world = await new SocketWorld(secure).connected(1)
  const answers = world.produce(1)
  world.client.poll()
  await world.runtime.settle()
  const responses = Array.from({ length: 4_000 }, () => ({
    topicId: zeroUuid,
    partitionResponses: [],
  }))
  const [request] = world.broker.of(produceApi)
  const answer = world.broker.encode(request!, { ...done, responses })
  expect(answer.length).toBeGreaterThan(65_536)
  request!.stream.deliver(answer)
  expect(answers).toMatchObject([{ error: null }])
})

test('a node that is tried again does not refuse meanwhile', async () => {
  const world = answering(({ broker }) => broker.refused())
  const { client, network, runtime } = world
  const connecting = outcome(client.connect())
  await runtime.settle()
  await connecting
  world.broker.script = () => undefined
  await runtime.pass(1_000)
  await world.connected(1)
  world.broker.script = ({ apiKey }) =>
    apiKey === saslAuthenticateApi.key ? world.broker.refused() : undefined
  network.streams.at(-1)!.hangUp()
  await runtime.settle()
  await runtime.pass(60)
  client.ready(1)
  await runtime.settle()
  expect(client.authenticationFailure!(1)).not.toBeNull()
  network.hang('broker-1:9092')
  await runtime.pass(1_200)
  client.ready(1)
  expect(client.authenticationFailure!(1)).toBeNull()
})
