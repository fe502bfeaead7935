import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { produceApi } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { createNetworkClient } from '../src/client.js'
import type { Answer, NetworkClient } from '../src/network-client.js'
import { tcpTransport } from '../src/transports/tcp.js'
import { FakeBroker } from './fake-broker.js'
import { FakeStream } from './scripted-transport.js'

const runtime = {
  now: () => performance.now(),
  setTimeout: (run: () => void, ms: number) => setTimeout(run, ms),
  clearTimeout: (timer: unknown) => clearTimeout(timer as NodeJS.Timeout),
  setImmediate: (run: () => void) => setImmediate(run),
  random: Math.random,
  logger: { debug() {}, info() {}, warn() {} },
}

/** The scripted broker on a real port. */
async function listen(broker: FakeBroker) {
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    const stream = new FakeStream('')
    stream.deliver = (bytes) => void socket.write(bytes)
    broker.accept(stream)
    socket.on('data', (bytes) => stream.onBytes(bytes))
    socket.on('error', () => {})
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  broker.view.brokers = [{ nodeId: 1, host: '127.0.0.1', port }]
  return { port, sockets, close: () => server.close() }
}

function produce(client: NetworkClient): Promise<Answer<unknown>> {
  return new Promise((resolve) => {
    const build = () => ({ transactionalId: null, acks: -1, timeoutMs: 1, topicData: [] })
    client.send(1, { api: produceApi, build, expectsAnswer: true }, resolve)
    client.poll()
  })
}

function block(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}

const answering = ({ apiKey }: { apiKey: number }) =>
  apiKey === produceApi.key ? { responses: [], throttleTimeMs: 0 } : undefined

// F35, in every phase of the loop in which it can be blocked; client and broker are blocked alike.
test.each(['timers', 'poll', 'check', 'microtasks'])(
  'a loop that is blocked in its %s phase times nothing out',
  async (phase) => {
    const broker = new FakeBroker()
    broker.script = answering
    const { port, close } = await listen(broker)
    const client = createNetworkClient({
      bootstrapServers: [`127.0.0.1:${port}`],
      requestTimeoutMs: 100,
      runtime,
      transport: tcpTransport(),
    })
    await client.connect()
    if (phase === 'timers') await sleep(1)
    if (phase === 'check') await new Promise(setImmediate)
    const answer = produce(client)
    block(300)
    expect(await answer).toMatchObject({ error: null })
    await client.close()
    close()
  },
)

// F4
test('a peer that falls silent is timed out, and the next connection works', async () => {
  const broker = new FakeBroker()
  const { port, sockets, close } = await listen(broker)
  const client = createNetworkClient({
    bootstrapServers: [`localhost:${port}`],
    requestTimeoutMs: 100,
    runtime,
    transport: tcpTransport(),
  })
  await client.connect()
  expect(await produce(client)).toMatchObject({ error: { code: 'REQUEST_TIMEOUT' }, written: true })
  broker.script = answering
  await new Promise<void>((resolve) => {
    client.onChange(() => client.ready(1) && resolve())
    if (client.ready(1)) resolve()
  })
  expect(await produce(client)).toMatchObject({ error: null })
  expect(sockets).toHaveLength(2)
  await client.close()
  close()
})
