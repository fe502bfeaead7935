import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { eventually } from '../../eventually.js'
import {
  createFaultProxy,
  type FaultProxy,
  type FaultProxyOptions,
  type RequestFrame,
} from '../src/index.js'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** A server that sends back what it gets, and a client that reaches it through a proxy. */
async function through(options: Partial<FaultProxyOptions> = {}) {
  const taken = { bytes: 0 }
  const server = createServer((socket) => {
    socket.on('data', ({ length }) => (taken.bytes += length))
    socket.on('error', () => {}).pipe(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const proxy = await createFaultProxy({ to: `127.0.0.1:${port}`, ...options })
  closing.push(
    () => proxy.close(),
    () => server.close(),
  )
  return { proxy, taken, client: await clientOf(proxy) }
}

async function clientOf(proxy: FaultProxy) {
  const socket = connect(proxy.port, '127.0.0.1')
  await once(socket, 'connect')
  closing.push(() => socket.destroy())
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  return { socket, chunks, received: (bytes: number) => receive(socket, chunks, bytes) }
}

async function receive(socket: Socket, chunks: Buffer[], bytes: number): Promise<Buffer> {
  while (Buffer.concat(chunks).length < bytes) await once(socket, 'data')
  return Buffer.concat(chunks)
}

/** A request of so many bytes as the proxy reads it: API 3, version 9. The echo makes its first four bytes the id of the answer. */
function frame(correlationId: number, body = ''): Buffer {
  const bytes = Buffer.alloc(12 + body.length)
  bytes.writeInt32BE(8 + body.length)
  bytes.writeInt32BE((3 << 16) | 9, 4)
  bytes.writeInt32BE(correlationId, 8)
  bytes.write(body, 12)
  return bytes
}

test('lets everything pass, frame by frame, however the bytes come', async () => {
  const { proxy, client } = await through()
  const seen: unknown[] = []
  proxy.onRequest = ({ apiKey, apiVersion, correlationId, connection }) => {
    seen.push([apiKey, apiVersion, correlationId, connection])
    return 'pass'
  }
  const bytes = Buffer.concat([frame(1, 'one'), frame(2), frame(3, 'three')])
  for (const byte of bytes) client.socket.write(Buffer.from([byte]))
  expect(await client.received(bytes.length)).toEqual(bytes)
  expect(seen).toEqual([1, 2, 3].map((id) => [3, 9, id, 1]))
})

test('drops and replaces frames', async () => {
  const { proxy, client } = await through()
  proxy.onRequest = ({ correlationId, bytes }) =>
    correlationId === 1 ? 'drop' : correlationId === 2 ? bytes.subarray(0, 8) : 'pass'
  client.socket.write(Buffer.concat([frame(1, 'a'), frame(2, 'b'), frame(3, 'c')]))
  const expected = Buffer.concat([frame(2), frame(3, 'c')])
  expect(await client.received(expected.length)).toEqual(expected)
})

test('asks for each frame as it arrives, lets it pass in its turn, and tells of the end', async () => {
  const { proxy, client } = await through()
  const held: ((verdict: 'pass') => void)[] = []
  proxy.onRequest = () => new Promise((resolve) => held.push(resolve))
  const closed = new Promise((resolve) => (proxy.onClose = resolve))
  client.socket.write(Buffer.concat([frame(1, 'one'), frame(2)]))
  await eventually(() => expect(held).toHaveLength(2))
  held[1]!('pass')
  held[0]!('pass')
  const expected = Buffer.concat([frame(1, 'one'), frame(2)])
  expect(await client.received(expected.length)).toEqual(expected)
  client.socket.destroy()
  expect(await closed).toBe(1)
})

test('puts raw bytes in place of an answer', async () => {
  const { proxy, client } = await through()
  proxy.onAnswer = () => ({ raw: Buffer.from('HTTP') })
  client.socket.write(frame(1))
  expect(String(await client.received(4))).toBe('HTTP')
})

test('resets a connection at a byte, and only that one', async () => {
  const { proxy, client } = await through()
  proxy.resetAfter(5, 'requests')
  client.socket.write(frame(1, 'x'))
  await expect(once(client.socket, 'data')).rejects.toMatchObject({ code: 'ECONNRESET' })
  const next = await clientOf(proxy)
  next.socket.write(frame(2))
  expect(await next.received(12)).toEqual(frame(2))
  expect(proxy.accepted).toBe(2)
})

test('is silent and keeps what it is given until it speaks', async () => {
  const { proxy, client } = await through()
  proxy.silence()
  client.socket.write(frame(1))
  const other = await clientOf(proxy)
  other.socket.write(frame(2))
  await new Promise((resolve) => setTimeout(resolve, 30))
  expect([client.chunks, other.chunks]).toEqual([[], []])
  proxy.speak()
  expect(await client.received(12)).toEqual(frame(1))
  expect(await other.received(12)).toEqual(frame(2))
})

test('gives one byte at a time', async () => {
  const { proxy, client } = await through()
  proxy.pace = { pieceBytes: 1, pauseMs: 1 }
  client.socket.write(frame(1, 'slow'))
  expect(await client.received(16)).toEqual(frame(1, 'slow'))
  expect(client.chunks.length).toBeGreaterThan(4)
})

test('delays what passes without holding up what comes behind', async () => {
  const { proxy, taken, client } = await through()
  proxy.pace = { delayMs: 50 }
  const begun = performance.now()
  for (let id = 1; id <= 20; id++) client.socket.write(frame(id))
  await client.received(12)
  expect(performance.now() - begun).toBeGreaterThanOrEqual(99)
  // While the first answer was on its way all requests have arrived.
  expect(taken.bytes).toBe(240)
  await client.received(240)
})

test('refuses, and listens again at the same port', async () => {
  const { proxy, client } = await through()
  const { port } = proxy
  const lost = once(client.socket, 'close').catch(() => {})
  client.socket.on('error', () => {})
  await proxy.refuse()
  await lost
  await expect(clientOf(proxy)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  await proxy.listen()
  expect(proxy.port).toBe(port)
  const again = await clientOf(proxy)
  again.socket.write(frame(1))
  expect(await again.received(12)).toEqual(frame(1))
})

test('need not understand what passes', async () => {
  const { client } = await through({ frames: false })
  client.socket.write('no frame at all')
  expect(String(await client.received(15))).toBe('no frame at all')
})

test('a request that was lost arrives late, although its client is gone, and the client hears nothing', async () => {
  const { proxy, client } = await through()
  const lost: RequestFrame[] = []
  proxy.onRequest = (request) => {
    lost.push(request)
    return 'reset'
  }
  const gone = new Promise((resolve) => client.socket.once('error', resolve))
  client.socket.write(frame(1, 'end it'))
  await gone
  const answer = await proxy.arriveLate(lost[0]!)
  expect(Buffer.from(answer.bytes)).toEqual(frame(1, 'end it').subarray(4))
  expect(client.chunks).toEqual([])
})
