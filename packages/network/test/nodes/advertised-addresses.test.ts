import { apiVersionsApi, type KafkaError, produceApi } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { FakeBroker, silence } from '../fake-broker.js'
import { outcome, SocketWorld } from '../socket-world.js'

/** A cluster behind a bootstrap server of another name. Nobody listens where its brokers say that they are. */
function behindSeed(brokers: number): SocketWorld {
  const world = new SocketWorld({ brokers, bootstrapServers: 'seed:9092' })
  new FakeBroker(world.view).listen(world.network, 'seed:9092')
  for (let id = 1; id <= brokers; id++) {
    const address = `broker-${id}:9092`
    world.network.refuse(address, new Error(`getaddrinfo ENOTFOUND broker-${id}`))
  }
  return world
}

function failureOf(world: SocketWorld, id: number): KafkaError | null {
  return world.client.nodeFailure!(id)
}

test('connect rejects where the cluster answers but no broker can be reached at its advertised address', async () => {
  const world = behindSeed(2)
  const connecting = outcome(world.client.connect())
  await world.runtime.settle()
  const error = (await connecting)!
  expect(error).toMatchObject({
    code: 'CONNECTION_FAILED',
    cause: { code: 'CONNECTION_FAILED', cause: { message: /ENOTFOUND broker-/ } },
  })
  for (const id of [1, 2])
    expect(error.message).toContain(
      `broker ${id} at broker-${id}:9092: getaddrinfo ENOTFOUND broker-${id}`,
    )
  expect(error.message).toContain('advertised.listeners')
})

test('connect resolves where one of the advertised addresses can be reached', async () => {
  const world = behindSeed(4)
  world.network.hang('broker-1:9092')
  world.network.hang('broker-3:9092')
  world.brokers[3]!.listen(world.network, 'broker-4:9092')
  const connecting = outcome(world.client.connect())
  await world.runtime.pass(2_100)
  expect(await connecting).toBeNull()
  expect(world.network.open.map(({ address }) => address)).toEqual(['broker-4:9092'])
})

test('where every advertised address drops packets, connect rejects after one set-up time and a second for each', async () => {
  const world = behindSeed(3)
  for (let id = 1; id <= 3; id++) world.network.hang(`broker-${id}:9092`)
  const connecting = outcome(world.client.connect())
  await world.runtime.pass(12_500)
  expect(await connecting).toMatchObject({ code: 'CONNECTION_FAILED' })
})

test('a connect after one that failed finds the brokers that can be reached by then', async () => {
  const world = behindSeed(2)
  const failed = outcome(world.client.connect())
  await world.runtime.settle()
  expect(await failed).not.toBeNull()
  await world.runtime.pass(20_000)
  expect(world.runtime.pendingTimers).toBeLessThan(2)
  world.brokers[0]!.listen(world.network, 'broker-1:9092')
  const again = outcome(world.client.connect())
  await world.runtime.pass(100)
  expect(await again).toBeNull()
})

test('connect to a cluster that has moved since the metadata was got finds it by the bootstrap servers', async () => {
  const world = new SocketWorld({ bootstrapServers: () => ['seed:9092'], brokers: 0 })
  const broker = world.addBroker(1).listen(world.network, 'seed:9092')
  await world.connected(1)
  for (const stream of world.network.open) stream.hangUp()
  world.network.refuse('broker-1:9092')
  world.view.brokers = [{ nodeId: 1, host: 'moved', port: 9092 }]
  broker.listen(world.network, 'moved:9092')
  const connecting = outcome(world.client.connect())
  await world.runtime.pass(1_000)
  expect(await connecting).toBeNull()
  expect(world.client.connectionId(1)).toBeGreaterThan(0)
})

test.each([
  [
    'does not resolve',
    (world: SocketWorld) =>
      world.network.refuse('broker-2:9092', new Error('getaddrinfo ENOTFOUND broker-2')),
    'broker 2 cannot be reached at broker-2:9092, its address in advertised.listeners: getaddrinfo ENOTFOUND broker-2',
  ],
  [
    'refuses',
    (world: SocketWorld) => world.network.refuse('broker-2:9092'),
    /cannot be reached at broker-2:9092, its address in advertised\.listeners: connect ECONNREFUSED/,
  ],
  [
    'hangs up',
    (world: SocketWorld) =>
      world.network.listen('broker-2:9092', (stream) => (stream.onBytes = () => stream.hangUp())),
    /cannot be reached at broker-2:9092, its address in advertised\.listeners: the peer closed the connection/,
  ],
  [
    'drops packets',
    (world: SocketWorld) => world.network.hang('broker-2:9092'),
    /has not been reached at broker-2:9092, its address in advertised\.listeners: no connection after 5000 ms/,
  ],
])(
  'a leader whose address %s is told with its address and its failure',
  async (_, spoil, message) => {
    const world = await new SocketWorld({ brokers: 2 }).connected()
    spoil(world)
    world.client.onChange(() => world.client.ready(2))
    world.client.ready(2)
    await world.runtime.pass(5_000)
    const failure = failureOf(world, 2)!
    expect(failure.code).toBe('CONNECTION_FAILED')
    if (typeof message === 'string') expect(failure.message).toContain(message)
    else expect(failure.message).toMatch(message)
    expect(failureOf(world, 1)).toBeNull()
  },
)

test('a leader that throttles, one that does not answer and one without an address are told, too', async () => {
  const world = await new SocketWorld({ brokers: 2 }).connected(1, 2)
  world.produce(1)
  world.produce(2)
  world.client.poll()
  await world.runtime.settle()
  const [request] = world.broker.of(produceApi)
  world.broker.answer(request!, { responses: [], throttleTimeMs: 9_000 })
  await world.runtime.pass(2_000)
  expect(failureOf(world, 1)).toMatchObject({ code: 'THROTTLING_QUOTA_EXCEEDED' })
  expect(failureOf(world, 1)!.message).toContain(
    'broker 1 at broker-1:9092, its address in advertised.listeners, throttles this client for another 7000 ms',
  )
  expect(failureOf(world, 2)!.message).toContain('has left a request unanswered')
  expect(failureOf(world, 7)!.message).toContain('names broker 7 as a leader')
  expect(failureOf(world, 7)!.message).toContain('advertised.listeners')
})

test('a broker that is reached again has no failure any more', async () => {
  const world = await new SocketWorld({ brokers: 2 }).connected(1, 2)
  world.client.onChange(() => world.client.ready(2))
  for (const stream of world.network.open) stream.hangUp()
  expect(failureOf(world, 2)!.message).toContain('has closed its connection at broker-2:9092')
  await world.runtime.pass(100)
  expect(world.client.ready(2)).toBe(true)
  expect(failureOf(world, 2)).toBeNull()
})

test('no metadata within a second and a half has a cause, although a broker is connected', async () => {
  const world = await new SocketWorld().connected(1)
  await world.runtime.pass(1_000)
  world.broker.script = () => silence
  world.client.metadata.want('orders')
  await world.runtime.pass(2_500)
  expect(world.client.metadata.lastError).toMatchObject({ code: 'CONNECTION_FAILED' })
})

test('connect rejects at once where an advertised broker refuses the credentials', async () => {
  const world = behindSeed(2)
  for (const id of [1, 2])
    world.brokers[id - 1]!.listen(world.network, `broker-${id}:9092`).script = ({ apiKey }) =>
      apiKey === apiVersionsApi.key ? { errorCode: 58, apiKeys: [] } : undefined
  const connecting = outcome(world.client.connect())
  await world.runtime.settle()
  expect(await connecting).toMatchObject({ code: 'SASL_AUTHENTICATION_FAILED' })
})
