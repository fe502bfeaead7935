import { createServer } from 'node:net'
import { createEmbeddedCluster } from '@sluice/embedded-broker'
import { tcpTransport, tlsTransport, type Transport } from '@sluice/network'
import { plain } from '@sluice/network/sasl'
import { apiVersionsApi, produceApi, saslAuthenticateApi, saslHandshakeApi } from '@sluice/protocol'
import { answerBody, createFaultProxies, rewritten } from '@sluice/test-fault-proxy'
import { expect, test } from 'vitest'
import { createProducer } from '../../src/index.js'
import { silentServer } from '../fixtures/silent-server.js'
import {
  expectClean,
  faultyCluster,
  type FaultyOptions,
  once,
  until,
  values,
} from './faulty-cluster.js'
import { producerClock } from './producer-clock.js'

const quick = { connectionSetupTimeoutMs: 300, maxBlockMs: 2_000 }

test('F4: a peer that falls silent is given up, and what it owes goes over the next connection', async () => {
  await using faulty = await faultyCluster({ requestTimeoutMs: 300 })
  await faulty.send(0, 'before')
  faulty.proxy.silence()
  const sent = faulty.send(0, ...values(20))
  await until(() => faulty.proxy.accepted > 1)
  faulty.proxy.speak()
  await sent
  expectClean(faulty)
})

test('F5: an answer that comes after its request timed out disturbs nothing', async () => {
  await using faulty = await faultyCluster({ requestTimeoutMs: 300 })
  await faulty.send(0, 'before')
  let release = (): void => {}
  const late = new Promise<'pass'>((resolve) => (release = () => resolve('pass')))
  faulty.proxy.onAnswer = once(produceApi, () => late)
  await faulty.send(0, 'a')
  release()
  await faulty.send(0, ...values(20))
  expectClean(faulty)
  expect(faulty.cluster.batchCount('t')).toBeLessThanOrEqual(22)
})

/** Time stands still: whatever the link takes, nothing is late. */
const unhurried = (): FaultyOptions => ({ create: producerClock().create })

test('F6: a link that gives one byte at a time is only slower', async () => {
  await using faulty = await faultyCluster(unhurried())
  faulty.proxy.pace = { pieceBytes: 1 }
  await faulty.send(0, ...values(50, 'x'.repeat(100)))
  expectClean(faulty)
  expect(faulty.proxy.accepted).toBe(1)
  expect(faulty.cluster.brokers[0]!.requestCount('Metadata')).toBeLessThanOrEqual(2)
})

test('F6: a link of 3 Mbit/s with 100 ms to each side is only slower', async () => {
  await using faulty = await faultyCluster(unhurried())
  faulty.proxy.pace = { delayMs: 100, pieceBytes: 1_500, pauseMs: 4 }
  await faulty.send(0, ...values(50, 'x'.repeat(1_000)))
  expectClean(faulty)
  expect(faulty.proxy.accepted).toBe(1)
})

/** As behind a firewall that drops packets. */
const blackHole: Transport = {
  connect: ({ signal }) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
}

test.each([
  ['a port that drops packets', async () => ({ transport: blackHole }), /not open within 300 ms/],
  [
    'a TLS handshake that stalls',
    async () => ({ transport: tlsTransport({}) }),
    /not open within 300 ms/,
  ],
  [
    'ApiVersions that is not answered',
    async () => ({}),
    /ApiVersions was not answered within 300 ms/,
  ],
])('F7: %s is given up after the time for the set-up', async (_, options, message) => {
  await using server = await silentServer()
  await using producer = createProducer({
    bootstrapServers: server.address,
    ...quick,
    ...(await options()),
  })
  await expect(producer.connect()).rejects.toMatchObject({
    code: 'CONNECTION_FAILED',
    message: expect.stringMatching(message),
  })
})

test('F7: SASL that is not answered is given up after the time for the set-up', async () => {
  await using cluster = await createEmbeddedCluster()
  await using through = await createFaultProxies(cluster.bootstrapServers)
  const [proxy] = through.proxies
  proxy!.onAnswer = once(apiVersionsApi, (answer) => {
    const body = answerBody(apiVersionsApi, answer)
    const sasl = [saslHandshakeApi, saslAuthenticateApi].map(({ key }) => ({
      apiKey: key,
      minVersion: 0,
      maxVersion: 1,
    }))
    return rewritten(apiVersionsApi, answer, { ...body, apiKeys: [...body.apiKeys, ...sasl] })
  })
  proxy!.onRequest = ({ apiKey }) => (apiKey === saslHandshakeApi.key ? 'drop' : 'pass')
  await using producer = createProducer({
    bootstrapServers: cluster.bootstrapServers,
    transport: through.transport,
    sasl: plain({ username: 'u', password: 'p' }),
    allowInsecureSasl: true,
    ...quick,
  })
  await expect(producer.connect()).rejects.toThrow(/not authenticated within 300 ms/)
})

test.each([
  ['refuses', async (faulty: Faulty) => faulty.proxies[1]!.refuse()],
  ['is silent', async (faulty: Faulty) => faulty.proxies[1]!.silence()],
])('F7: a broker that %s holds up no partition but its own', async (_, fault) => {
  await using faulty = await faultyCluster({
    brokers: 2,
    partitions: 2,
    connectionSetupTimeoutMs: 300,
    requestTimeoutMs: 300,
    deliveryTimeoutMs: 1_000,
  })
  await faulty.send(0, 'before')
  await fault(faulty)
  const lost = faulty.producer
    .send({ topic: 't', partition: 1, value: 'lost' })
    .catch((error: unknown) => error)
  for (let count = 0; count < 20; count++) await faulty.send(0, String(count))
  expect(await lost).toMatchObject({ code: 'DELIVERY_TIMEOUT' })
  expectClean(faulty)
})

type Faulty = Awaited<ReturnType<typeof faultyCluster>>

test('F8: a name that does not resolve for a while, and then to a dead address first, costs no record', async () => {
  await using cluster = await createEmbeddedCluster({ topics: { t: { partitions: 1 } } })
  let asked = 0
  const lookup = async (host: string): Promise<readonly string[]> => {
    if (host !== 'kafka.test') return [host]
    if (++asked <= 3) throw new Error('getaddrinfo ENOTFOUND kafka.test')
    // Nobody listens at the port of the broker there.
    return ['127.0.0.77', '127.0.0.1']
  }
  const port = cluster.bootstrapServers[0]!.split(':')[1]
  await using producer = createProducer({
    bootstrapServers: `kafka.test:${port}`,
    transport: tcpTransport({ lookup }),
    reconnectBackoffMs: 10,
  })
  await expect(producer.send({ topic: 't', value: 'a' })).resolves.toMatchObject({ offset: 0n })
  expect(asked).toBe(4)
})

test('F8: when every known broker is gone the bootstrap servers are asked for the new ones', async () => {
  let cluster = await createEmbeddedCluster({ topics: { t: { partitions: 1 } } })
  await using producer = createProducer({
    bootstrapServers: async () => cluster.bootstrapServers,
    reconnectBackoffMs: 10,
    retryBackoffMs: 10,
    allowAutoTopicCreation: false,
  })
  await producer.send({ topic: 't', value: 'a' })
  const before = cluster
  cluster = await createEmbeddedCluster({ topics: { t: { partitions: 1 } } })
  await before.close()
  await expect(producer.send({ topic: 't', value: 'b' })).resolves.toMatchObject({ partition: 0 })
  expect(cluster.records('t').map(({ value }) => String(value))).toEqual(['b'])
  await cluster.close()
})

test('F9: a broker at the address of another is left alone between attempts, and its partition goes on when that is over', async () => {
  await using cluster = await createEmbeddedCluster({
    brokers: 2,
    topics: { t: { partitions: 2 } },
  })
  await using through = await createFaultProxies(cluster.bootstrapServers)
  const ports = cluster.bootstrapServers.map((server) => Number(server.split(':')[1]))
  let swapped = true
  const transport: Transport = {
    connect: (target) =>
      through.transport.connect(swapped ? { ...target, port: ports[0]! } : target),
  }
  await using producer = createProducer({ bootstrapServers: cluster.bootstrapServers, transport })
  const sent = producer.send({ topic: 't', partition: 1, value: 'a' })
  const [broker] = cluster.brokers
  await until(() => broker!.requestCount('Produce') >= 4)
  // 100, 200 and 400 ms lie between four attempts.
  expect(broker!.requestCount('Produce')).toBe(4)
  swapped = false
  for (const proxy of through.proxies) proxy.reset()
  await expect(sent).resolves.toMatchObject({ offset: 0n })
  expect(cluster.records('t')).toHaveLength(1)
})

test('F10: a connection that the broker closes just as a send begins costs nothing', async () => {
  await using faulty = await faultyCluster()
  for (let count = 0; count < 20; count++) {
    const sent = faulty.send(0, String(count))
    if (count % 2 === 1) faulty.proxy.reset()
    else setImmediate(() => faulty.proxy.reset())
    await sent
  }
  expectClean(faulty)
})

test('F28: a broker that speaks older versions after its restart is spoken to in those', async () => {
  await using faulty = await faultyCluster({ brokers: 2, partitions: 2 })
  const versions: number[][] = [[], []]
  for (const [index, proxy] of faulty.proxies.entries()) {
    proxy.onRequest = ({ apiKey, apiVersion }) => {
      if (apiKey === produceApi.key) versions[index]!.push(apiVersion)
      return 'pass'
    }
  }
  await faulty.send(0, 'a')
  await faulty.send(1, 'a')
  faulty.proxy.onAnswer = (answer) => {
    if (answer.apiKey !== apiVersionsApi.key) return 'pass'
    const { apiKeys, ...rest } = answerBody(apiVersionsApi, answer)
    const capped = apiKeys.map((range) => ({ ...range, maxVersion: Math.min(range.maxVersion, 7) }))
    return rewritten(apiVersionsApi, answer, { ...rest, apiKeys: capped })
  }
  faulty.proxy.reset()
  await faulty.send(0, ...values(5))
  await faulty.send(1, ...values(5))
  expect(versions[0]![0]).toBe(13)
  expect(versions[0]!.at(-1)).toBe(7)
  expect(new Set(versions[1])).toEqual(new Set([13]))
  expectClean(faulty)
})

test('F7: a port without a listener is tried again after a back-off', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  server.close()
  let attempts = 0
  const tcp = tcpTransport()
  await using producer = createProducer({
    bootstrapServers: `127.0.0.1:${port}`,
    maxBlockMs: 1_000,
    transport: {
      connect: (target) => {
        attempts++
        return tcp.connect(target)
      },
    },
  })
  await expect(producer.send({ topic: 't', value: '' })).rejects.toMatchObject({
    code: 'METADATA_TIMEOUT',
    message: expect.stringContaining('ECONNREFUSED'),
  })
  // 50, 100, 200, 400 ms, each 20 % more or less.
  expect(attempts).toBeGreaterThanOrEqual(2)
  expect(attempts).toBeLessThanOrEqual(6)
})
