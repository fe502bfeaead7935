import { expect, test } from 'vitest'
import { SocketWorld } from '../socket-world.js'

/** Lets a peer of another kind answer the first bytes. */
async function failure(answer: Uint8Array | null, { encrypted = false } = {}): Promise<Error> {
  const world = new SocketWorld({ brokers: 0 })
  world.network.listen('broker-1:9092', (stream) => {
    Object.assign(stream, { encrypted })
    stream.onBytes = () => (answer === null ? stream.hangUp() : stream.deliver(answer))
  })
  const failed = world.client.connect().then(
    () => new Error('connected'),
    (error: Error) => error,
  )
  await world.runtime.settle()
  expect(world.network.open).toHaveLength(0)
  return failed
}

function length(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

test.each([
  [
    Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'),
    'broker-1:9092: the peer answered HTTP: is this the Kafka port?',
  ],
  [
    Buffer.from([0x15, 3, 3, 0, 2, 2, 70]),
    'broker-1:9092: the peer answered with a TLS alert: this port expects TLS',
  ],
  [length(-2), 'a frame of -2 bytes, which no answer can have'],
  [length(3), 'a frame of 3 bytes, which no answer can have'],
  [length(65_537), 'a frame of 65537 bytes, more than the 65536 allowed here'],
  [length(2147483647), 'more than the 65536 allowed here'],
  [Buffer.from('SSH-2.0-OpenSSH_9.2\r\n'), 'more than the 65536 allowed here'],
])('%j is recognised', async (bytes, message) => {
  const error = await failure(bytes)
  expect(error.message).toContain(message)
  expect(error).toMatchObject({ code: 'CONNECTION_FAILED', cause: { code: 'MALFORMED_RESPONSE' } })
})

test('a peer that hangs up without a word may expect TLS or SASL', async () => {
  const error = await failure(null)
  expect(error.message).toMatch(/closed before the first answer: does this port expect TLS or SASL/)
})

test('a peer that hangs up after the handshake of TLS may refuse the certificate of the client', async () => {
  const error = await failure(null, { encrypted: true })
  expect(error.message).toMatch(/first answer: does this port expect SASL or another certificate/)
  expect(error).toMatchObject({ code: 'CONNECTION_FAILED' })
})

test('once it is known for a broker a peer may answer with up to maxResponseBytes', async () => {
  const world = await new SocketWorld({ maxResponseBytes: 100_000 }).connected(1)
  const stream = world.broker.streams[0]!
  stream.deliver(length(100_000))
  await world.runtime.settle()
  expect(stream.closed).toBe(false)
})

test('and not with more', async () => {
  const world = await new SocketWorld({ maxResponseBytes: 100_000 }).connected(1)
  const stream = world.broker.streams[0]!
  stream.deliver(length(100_001))
  await world.runtime.settle()
  expect(stream.closed).toBe(true)
})
