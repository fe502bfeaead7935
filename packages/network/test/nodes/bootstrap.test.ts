import { KafkaError, metadataApi } from '@sluice/protocol'
import { expect, test, vi } from 'vitest'
import { FakeBroker } from '../fake-broker.js'
import { outcome, SocketWorld } from '../socket-world.js'

test('connect resolves with the first metadata', async () => {
  const world = new SocketWorld()
  const connecting = outcome(world.client.connect())
  expect(world.client.metadata.lastError).toBeNull()
  await world.runtime.settle()
  expect(await connecting).toBeNull()
  expect(world.broker.of(metadataApi)).toHaveLength(1)
  await world.client.connect()
  expect(world.broker.of(metadataApi)).toHaveLength(1)
})

test('connect resolves although a wanted topic does not exist yet', async () => {
  const world = new SocketWorld()
  world.client.metadata.want('orders')
  const connecting = outcome(world.client.connect())
  await world.runtime.settle()
  expect(await connecting).toBeNull()
})

test('nothing is opened before anybody needs it', async () => {
  const world = new SocketWorld()
  world.client.poll()
  expect(world.client.inFlight(1)).toBe(0)
  await world.runtime.pass(1_000_000)
  expect(world.network.attempts).toEqual([])
  expect(world.runtime.pendingTimers).toBe(0)
})

test('connect fails once every server was tried, and names each with its reason', async () => {
  const world = new SocketWorld({
    brokers: 0,
    bootstrapServers: ['a:1', '[::1]:2', 'c:3'],
    connectionSetupTimeoutMs: 2_000,
  })
  world.network.refuse('a:1', new Error('getaddrinfo ENOTFOUND a'))
  world.network.hang('::1:2')
  const connecting = outcome(world.client.connect())
  await world.runtime.pass(2_010)
  const error = (await connecting) as KafkaError
  expect(error).toBeInstanceOf(KafkaError)
  expect(error.code).toBe('CONNECTION_FAILED')
  expect(error.message).toContain('a:1: getaddrinfo ENOTFOUND a')
  expect(error.message).toContain('[::1]:2: the connection was not open within 2000 ms')
  expect(error.message).toContain('c:3: connect ECONNREFUSED c:3')
  expect(error.cause).toBeInstanceOf(KafkaError)
  expect(world.network.attempts.toSorted()).toEqual(['::1:2', 'a:1', 'c:3'])
  expect(world.client.metadata.lastError).toBe(error)
})

test('the cause is the failure of the last server, and below it what was caught', async () => {
  const world = new SocketWorld({ brokers: 0, bootstrapServers: 'a:1,b:2' })
  world.runtime.random = () => 0
  const caught = new Error('connect EHOSTUNREACH')
  world.network.refuse('b:2', caught)
  const connecting = outcome(world.client.connect())
  await world.runtime.settle()
  expect(await connecting).toMatchObject({ cause: { code: 'CONNECTION_FAILED', cause: caught } })
})

test('the servers are tried one after the other from a random start', async () => {
  const world = new SocketWorld({
    brokers: 3,
    bootstrapServers: ['a:1', 'broker-2:9092', 'broker-3:9092'],
  })
  world.runtime.random = () => 0.4
  const connecting = outcome(world.client.connect())
  await world.runtime.settle()
  expect(await connecting).toBeNull()
  expect(world.network.attempts).toEqual(['broker-2:9092'])
})

test('whatever else comes up, one round is under way at a time', async () => {
  const servers = vi.fn<() => string[]>(() => ['broker-1:9092'])
  const world = new SocketWorld({ bootstrapServers: servers })
  const connecting = outcome(world.client.connect())
  world.client.metadata.want('a')
  world.client.leastLoadedNode()
  await Promise.resolve()
  world.client.ready(1)
  world.client.leastLoadedNode()
  await world.runtime.settle()
  expect(await connecting).toBeNull()
  expect(servers).toHaveBeenCalledTimes(1)
  expect(world.network.attempts).toHaveLength(1)
})

test('a server that connects but cannot tell the cluster is passed over', async () => {
  const world = new SocketWorld({ bootstrapServers: ['odd:1', 'broker-1:9092'] })
  world.runtime.random = () => 0
  const odd = new SocketWorld({ brokers: 0 }).addBroker(9).listen(world.network, 'odd:1')
  odd.script = ({ apiKey }) =>
    apiKey === metadataApi.key ? { ...odd.metadata([]), errorCode: -1 } : undefined
  const connecting = outcome(world.client.connect())
  await world.runtime.pass(200)
  expect(await connecting).toBeNull()
  expect(odd.of(metadataApi)).toHaveLength(1)
  expect(odd.streams[0]!.closed).toBe(true)
})

test('connect can be aborted, before and while it waits', async () => {
  const world = new SocketWorld()
  const reason = new Error('enough')
  const controller = new AbortController()
  const connecting = outcome(world.client.connect({ signal: controller.signal }))
  controller.abort(reason)
  expect(await connecting).toMatchObject({ code: 'ABORTED', name: 'AbortError', cause: reason })
  const again = outcome(world.client.connect({ signal: controller.signal }))
  expect(await again).toMatchObject({ code: 'ABORTED', cause: reason })
  await world.runtime.settle()
  expect(await outcome(world.client.connect())).toBeNull()
})

test('a settled connect lets go of its signal', async () => {
  const world = new SocketWorld()
  const { signal } = new AbortController()
  const added = vi.spyOn(signal, 'addEventListener')
  const removed = vi.spyOn(signal, 'removeEventListener')
  const connecting = outcome(world.client.connect({ signal }))
  await world.runtime.settle()
  expect(await connecting).toBeNull()
  expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(
    added.mock.calls.map(([, listener]) => listener),
  )
})

test('after a connect that failed nobody goes on trying; the next connect does', async () => {
  const world = new SocketWorld({ brokers: 0 })
  const connecting = outcome(world.client.connect())
  await world.runtime.pass(60_000)
  expect(await connecting).not.toBeNull()
  expect(world.network.attempts).toHaveLength(1)
  expect(world.runtime.pendingTimers).toBe(0)
  world.addBroker(1)
  const again = outcome(world.client.connect())
  await world.runtime.settle()
  expect(await again).toBeNull()
})

test('a wanted topic keeps it trying, a round of all servers after each back-off', async () => {
  const world = new SocketWorld({ brokers: 0, bootstrapServers: ['a:1', 'b:2'] })
  const at: number[] = []
  const connect = world.network.connect.bind(world.network)
  const start = world.runtime.now()
  world.network.connect = (target) => {
    if (target.host === 'a') at.push(world.runtime.now() - start)
    return connect(target)
  }
  world.client.metadata.want('orders')
  await world.runtime.pass(3_000)
  expect(at).toEqual([0, 50, 150, 350, 750, 1_550, 2_550])
  expect(world.network.attempts).toHaveLength(2 * at.length)
  expect(world.warnings).toHaveLength(1)
})

test('a function that gives the servers is asked in each round', async () => {
  const servers = vi.fn<() => Promise<string[]>>(async () => ['a:1'])
  const world = new SocketWorld({ brokers: 1, bootstrapServers: servers })
  const connecting = outcome(world.client.connect())
  await world.runtime.settle()
  expect(await connecting).toMatchObject({ code: 'CONNECTION_FAILED' })
  servers.mockResolvedValue(['broker-1:9092'])
  const again = outcome(world.client.connect())
  await world.runtime.pass(60)
  expect(await again).toBeNull()
  expect(servers).toHaveBeenCalledTimes(2)
})

test.each([
  [
    'throws',
    () => Promise.reject(new Error('vault is sealed')),
    /bootstrapServers\(\): vault is sealed/,
  ],
  ['gives none', () => [], /names no server/],
  ['gives nonsense', () => 'http://a', /without a protocol/],
  ['never answers', () => new Promise<never>(() => {}), /gave no list within 10000 ms/],
])('a function for the servers that %s fails the connect', async (_, bootstrapServers, message) => {
  const world = new SocketWorld({ bootstrapServers })
  const connecting = outcome(world.client.connect())
  await world.runtime.pass(10_000)
  expect(await connecting).toMatchObject({
    code: 'CONNECTION_FAILED',
    message: expect.stringMatching(message),
  })
})

test('a list that comes too late is not used', async () => {
  let give: (servers: string[]) => void = () => {}
  const bootstrapServers = () => new Promise<string[]>((resolve) => (give = resolve))
  const world = new SocketWorld({ bootstrapServers })
  const connecting = outcome(world.client.connect())
  await world.runtime.pass(10_000)
  expect(await connecting).not.toBeNull()
  give(['broker-1:9092'])
  await world.runtime.pass(1_000)
  expect(world.network.attempts).toEqual([])
})

test('a broker that fails meanwhile is no bootstrap server that failed', async () => {
  const servers = vi.fn<() => string[]>(() => ['broker-1:9092'])
  const world = await new SocketWorld({ bootstrapServers: servers }).connected(1)
  servers.mockReturnValue(['silent:1', 'broker-1:9092'])
  world.runtime.random = () => 0
  world.network.hang('silent:1')
  world.network.refuse('broker-1:9092')
  world.client.onChange(() => world.client.ready(1))
  world.network.open[0]!.hangUp()
  await world.runtime.pass(8_000)
  expect(world.network.attempts.filter((address) => address === 'silent:1')).toHaveLength(1)
  expect(world.client.metadata.lastError!.message).toMatch(/serves: silent:1: no answer yet$/)
})

test('while a server is silent, lastError tells of it, and why those before it failed', async () => {
  const world = new SocketWorld({ brokers: 0, bootstrapServers: ['a:1', 'silent:1'] })
  world.runtime.random = () => 0
  world.network.refuse('a:1')
  world.network.hang('silent:1')
  world.client.metadata.want('orders')
  await world.runtime.pass(1_000)
  const { lastError } = world.client.metadata
  expect(lastError).toMatchObject({
    code: 'CONNECTION_FAILED',
    cause: { code: 'CONNECTION_FAILED' },
  })
  expect(lastError!.message).toMatch(/a:1: .*; silent:1: no answer yet$/)
})

test('in the next round lastError still tells why the one before failed, until the cluster answers', async () => {
  const world = new SocketWorld({ brokers: 0, bootstrapServers: ['a:1'] })
  world.network.refuse('a:1', new Error('it is closed'))
  world.client.metadata.want('orders')
  await world.runtime.pass(40)
  world.network.hang('a:1')
  await world.runtime.pass(1_000)
  expect(world.client.metadata.lastError!.message).toBe(
    'CONNECTION_FAILED: no bootstrap server serves: a:1: no answer yet; the last time: a:1: it is closed',
  )
})

test('a transport that throws at once fails the connection, and close still ends', async () => {
  const world = new SocketWorld({ brokers: 0, bootstrapServers: ['a:1'] })
  world.network.connect = () => {
    throw new Error('no such tunnel')
  }
  const connecting = outcome(world.client.connect())
  await world.runtime.settle()
  expect((await connecting)!.message).toContain('no such tunnel')
  const closing = world.client.close()
  await world.runtime.settle()
  await expect(closing).resolves.toBeUndefined()
})

// F44: all brokers come back on new addresses.
test('when no known broker can be reached the bootstrap servers are asked anew', async () => {
  const servers = vi.fn<() => string[]>(() => ['broker-1:9092'])
  const world = await new SocketWorld({ brokers: 2, bootstrapServers: servers }).connected(1, 2)
  world.client.metadata.want('orders')
  await world.runtime.settle()
  servers.mockReturnValue(['moved:9092'])
  world.view.brokers = [{ nodeId: 1, host: 'moved', port: 9092 }]
  world.broker.listen(world.network, 'moved:9092')
  for (const address of ['broker-1:9092', 'broker-2:9092']) world.network.refuse(address)
  for (const stream of world.network.open) stream.hangUp()
  await world.runtime.pass(500)
  expect(servers).toHaveBeenCalledTimes(2)
  world.client.ready(1)
  await world.runtime.settle()
  expect(world.client.ready(1)).toBe(true)
  expect(world.network.open.map(({ address }) => address)).toEqual(['moved:9092'])
})

test('brokers that cannot be reached are tried again while the bootstrap servers fail, too', async () => {
  const world = new SocketWorld({ bootstrapServers: () => ['gone:1'], brokers: 1 })
  world.broker.listen(world.network, 'gone:1')
  await world.connected(1)
  world.network.refuse('gone:1')
  world.network.refuse('broker-1:9092')
  for (const stream of world.network.open) stream.hangUp()
  await world.runtime.pass(10_000)
  const { attempts } = world.network
  expect(attempts.slice(-6)).toContain('gone:1')
  expect(attempts.slice(-6)).toContain('broker-1:9092')
  // Ten seconds at one attempt a second and server, after the first short ones.
  expect(attempts.length).toBeLessThan(40)
  world.broker.listen(world.network, 'broker-1:9092')
  await world.runtime.pass(1_300)
  expect(world.client.metadata.lastError).toBeNull()
})

// F44: one attempt a back-off.
test('bootstrap servers that are brokers of the cluster are not tried twice', async () => {
  const servers = ['broker-1:9092', 'broker-2:9092']
  const world = await new SocketWorld({ brokers: 2, bootstrapServers: servers }).connected(1, 2)
  const begun = world.network.attempts.length
  for (const address of servers) world.network.refuse(address)
  // As a sender does that has records for both.
  world.client.onChange(() => [1, 2].map((id) => world.client.ready(id)))
  for (const stream of world.network.open) stream.hangUp()
  await world.runtime.pass(60_000)
  for (const address of servers) {
    const count = world.network.attempts.slice(begun).filter((one) => one === address).length
    expect(count).toBeGreaterThan(50)
    expect(count).toBeLessThan(60_000 / 800 + 5)
  }
  expect(world.client.metadata.lastError!.message).toMatch(/ECONNREFUSED broker-1:9092/)
})

test('one broker that is lost is reconnected to, without the bootstrap servers', async () => {
  const servers = vi.fn<() => string[]>(() => ['broker-1:9092'])
  const world = await new SocketWorld({ bootstrapServers: servers }).connected(1)
  world.network.open[0]!.hangUp()
  world.client.ready(1)
  await world.runtime.pass(200)
  expect(world.client.ready(1)).toBe(true)
  expect(servers).toHaveBeenCalledTimes(1)
})

// KIP-1102
test('a cluster that says so is found anew by the bootstrap servers, and its old brokers are left', async () => {
  const world = await new SocketWorld({ brokers: 2 }).connected(1, 2)
  await world.runtime.pass(1_000)
  const answers = world.produce(2)
  world.client.poll()
  const moved = new FakeBroker().listen(world.network, 'broker-1:9092')
  moved.view.brokers = [{ nodeId: 7, host: 'broker-1', port: 9092 }]
  for (const broker of world.brokers) {
    broker.script = ({ apiKey }) =>
      apiKey === metadataApi.key ? { ...broker.metadata([]), errorCode: 129 } : undefined
  }
  world.client.metadata.refresh()
  await world.runtime.pass(500)
  expect(world.client.ready(7)).toBe(true)
  expect(world.client.ready(1)).toBe(false)
  expect(world.client.metadata.lastError).toBeNull()
  expect(world.network.open.map(({ address }) => address)).toEqual(['broker-1:9092'])
  expect(answers).toMatchObject([
    { error: { code: 'CONNECTION_CLOSED', cause: { code: 'REBOOTSTRAP_REQUIRED' } } },
  ])
})

test('when no question was answered for five minutes the bootstrap servers are asked', async () => {
  const world = await new SocketWorld({ metadataMaxAgeMs: 1_000 }).connected(1)
  const failing = ({ apiKey }: { apiKey: number }) =>
    apiKey === metadataApi.key ? { ...world.broker.metadata([]), errorCode: -1 } : undefined
  world.broker.script = failing
  await world.runtime.pass(300_000)
  expect(world.network.attempts).toHaveLength(1)
  world.network.open[0]!.onBytes = () => {}
  const moved = new FakeBroker().listen(world.network, 'broker-1:9092')
  moved.view.brokers = [{ nodeId: 7, host: 'broker-1', port: 9092 }]
  await world.runtime.pass(40_000)
  expect(world.client.ready(7)).toBe(true)
})

test('a function may give the servers later, or fail and be asked again', async () => {
  let asked = 0
  const world = new SocketWorld({
    bootstrapServers: async () => {
      await Promise.resolve()
      if (++asked === 1) throw new Error('the registry is away')
      return 'broker-1:9092'
    },
  })
  world.client.metadata.want('a')
  await world.runtime.settle()
  expect(world.client.metadata.lastError!.message).toContain('the registry is away')
  await world.runtime.pass(60)
  expect(asked).toBe(2)
  expect(world.network.attempts).toEqual(['broker-1:9092'])
})

test('a cluster that says so is found anew although one of its brokers was being tried as a bootstrap server', async () => {
  const servers = ['broker-1:9092', 'broker-2:9092']
  const world = await new SocketWorld({ brokers: 2, bootstrapServers: servers }).connected(1, 2)
  world.runtime.random = () => 0
  for (const address of servers) world.network.hang(address)
  // As a sender does that has records for both.
  world.client.onChange(() => [1, 2].map((id) => world.client.ready(id)))
  for (const stream of world.network.open) stream.hangUp()
  await world.runtime.pass(15_000)
  const second = world.brokers[1]!.listen(world.network, 'broker-2:9092')
  second.script = ({ apiKey }) =>
    apiKey === metadataApi.key ? { ...second.metadata([]), errorCode: 129 } : undefined
  await world.runtime.pass(30_000)
  expect(second.of(metadataApi)).not.toEqual([])
  second.script = () => undefined
  world.broker.listen(world.network, 'broker-1:9092')
  await world.runtime.pass(30_000)
  expect(world.client.metadata.lastError).toBeNull()
})

test('a refusal is told also in a round in which the broker that refuses is left alone', async () => {
  const world = await new SocketWorld().connected(1)
  world.network.refuse('broker-1:9092', new KafkaError('SASL_AUTHENTICATION_FAILED', 'no'))
  world.client.onChange(() => world.client.ready(1))
  for (const stream of world.network.open) stream.hangUp()
  const told = new Set<string>()
  for (let waited = 0; waited < 10_000; waited += 10) {
    await world.runtime.pass(10)
    const { lastError } = world.client.metadata
    if (lastError !== null && !lastError.message.includes('no answer yet')) told.add(lastError.code)
  }
  expect([...told]).toEqual(['SASL_AUTHENTICATION_FAILED'])
})
