import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { createEmbeddedCluster } from '@sluice/embedded-broker'
import { apiVersionsApi, initProducerIdApi, KafkaError, metadataApi } from '@sluice/protocol'
import { createFaultProxies } from '@sluice/test-fault-proxy'
import { expect, test } from 'vitest'
import { Authority } from '../../../test/certificates.js'
import { createProducer } from '../src/index.js'

// A handshake that never succeeds: Java's sends hang then, beyond delivery.timeout.ms.

const quick = {
  maxBlockMs: 600,
  connectionSetupTimeoutMs: 200,
  requestTimeoutMs: 300,
  deliveryTimeoutMs: 900,
  reconnectBackoffMs: 20,
  retryBackoffMs: 20,
}

async function listening(server: Server): Promise<{ address: string } & AsyncDisposable> {
  const sockets = new Set<{ destroy(): void }>()
  server.on('connection', (socket) => sockets.add(socket.on('error', () => {})))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const peers: [string, () => Promise<Server>, RegExp][] = [
  ['an HTTP server', async () => createHttpServer(), /answered HTTP: is this the Kafka port\?/],
  [
    'a TLS server',
    async () => createTlsServer(await (await Authority.create()).issue({ name: 'broker' })),
    /TLS/,
  ],
  [
    'a server that says nothing',
    async () => createServer(),
    /ApiVersions was not answered within 200 ms/,
  ],
  [
    'a server that hangs up',
    async () => createServer((socket) => socket.end()),
    /closed before the first answer/,
  ],
  [
    'a server that talks at once',
    async () => createServer((socket) => socket.write('220 mail.example.org ESMTP\r\n')),
    /announced a frame of/,
  ],
]

test.each(peers)(
  '%s in place of a broker ends connect and sends in time, with a hint',
  async (_, make, hint) => {
    await using server = await listening(await make())
    await using producer = createProducer({ bootstrapServers: server.address, ...quick })
    const error = await producer.connect().catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(KafkaError)
    expect(error).toMatchObject({ code: 'CONNECTION_FAILED', message: expect.stringMatching(hint) })
    await expect(producer.send({ topic: 't', value: '' })).rejects.toMatchObject({
      code: 'METADATA_TIMEOUT',
      persisted: 'no',
      message: expect.stringMatching(hint),
    })
  },
)

test.each([
  ['ApiVersions', apiVersionsApi, 'METADATA_TIMEOUT'],
  ['Metadata', metadataApi, 'METADATA_TIMEOUT'],
  ['InitProducerId', initProducerIdApi, 'DELIVERY_TIMEOUT'],
])('answers to %s that cannot be read end every send in time', async (_, { key }, code) => {
  await using cluster = await createEmbeddedCluster({ topics: { t: { partitions: 1 } } })
  await using through = await createFaultProxies(cluster.bootstrapServers)
  for (const proxy of through.proxies)
    proxy.onAnswer = ({ apiKey, bytes }) =>
      apiKey === key ? Buffer.concat([bytes.subarray(0, 4), Buffer.alloc(40, 0xff)]) : 'pass'
  await using producer = createProducer({
    bootstrapServers: cluster.bootstrapServers,
    transport: through.transport,
    ...quick,
  })
  const sends = Array.from({ length: 20 }, async () => producer.send({ topic: 't', value: '' }))
  for (const { reason } of (await Promise.allSettled(sends)) as PromiseRejectedResult[])
    expect(reason).toMatchObject({ name: 'KafkaError', code, persisted: 'no' })
  expect(cluster.records('t')).toEqual([])
})
