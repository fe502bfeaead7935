import { once } from 'node:events'
import { createServer, Socket, type AddressInfo, type Server } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import { eventually } from '../../../../test/eventually.js'
import type { ByteStream } from '../../src/transport.js'
import { tcpTransport } from '../../src/transports/tcp.js'

const servers: Server[] = []
const signal = new AbortController().signal

afterEach(() => {
  for (const server of servers.splice(0)) server.close()
  vi.restoreAllMocks()
})

async function listen(accept: (socket: Socket) => void, host = '127.0.0.1'): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    accept(socket)
  })
  servers.push(server)
  server.listen(0, host)
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** A port that nobody listens on any more. */
async function refusedPort(): Promise<number> {
  const port = await listen(() => {})
  servers.pop()!.close()
  return port
}

async function failure(connecting: Promise<ByteStream>): Promise<Error> {
  return connecting.then(
    () => new Error('connected'),
    (error: Error) => error,
  )
}

test('megabytes arrive whole and in order, whatever the socket takes at once', async () => {
  const chunks = Array.from({ length: 12 }, (_, index) => Buffer.alloc(1 << 20, index))
  let received = 0
  let inOrder = true
  const port = await listen((socket) => {
    socket.on('data', (data) => {
      for (let index = 0; index < data.length; index += 4_096) {
        inOrder &&= data[index] === (received + index) >> 20
      }
      received += data.length
      if (received === 12 << 20) socket.end('done')
    })
  })
  const stream = await tcpTransport().connect({ host: '127.0.0.1', port, signal })
  const flushed = new Promise<Error | undefined>((resolve) => {
    expect(stream.write(chunks, resolve)).toBe(false)
  })
  const drained = new Promise<void>((resolve) => stream.onDrain(resolve))
  const answer = new Promise<string>((resolve) =>
    stream.onData((data) => resolve(Buffer.from(data).toString())),
  )
  expect(await flushed).toBeUndefined()
  await drained
  expect(await answer).toBe('done')
  expect(inOrder).toBe(true)
  stream.destroy()
})

test('a peer that ends its half closes the stream, after its last bytes', async () => {
  const port = await listen((socket) => socket.end('bye'))
  const stream = await tcpTransport().connect({ host: '127.0.0.1', port, signal })
  const events: string[] = []
  stream.onData((data) => events.push(Buffer.from(data).toString()))
  await new Promise<void>((resolve) => {
    stream.onClose((error) => {
      events.push(`closed ${error?.message}`)
      resolve()
    })
  })
  expect(events).toEqual(['bye', 'closed undefined'])
})

test('a peer that resets the connection closes the stream with an error', async () => {
  const port = await listen((socket) => socket.on('data', () => socket.resetAndDestroy()))
  const stream = await tcpTransport().connect({ host: '127.0.0.1', port, signal })
  const error = await new Promise<Error | undefined>((resolve) => {
    stream.onClose(resolve)
    stream.onData(() => {})
    stream.write([Buffer.from('x')], () => {})
  })
  expect(error).toMatchObject({ code: 'ECONNRESET' })
})

test('a refused connection names the address and the reason', async () => {
  const port = await refusedPort()
  const error = await failure(tcpTransport().connect({ host: '127.0.0.1', port, signal }))
  expect(error.message).toContain(`ECONNREFUSED 127.0.0.1:${port}`)
  expect(error).toMatchObject({ code: 'ECONNREFUSED', address: '127.0.0.1', port })
})

test('a name that does not resolve says so', async () => {
  const error = await failure(
    tcpTransport().connect({ host: 'nonexistent.invalid', port: 9092, signal }),
  )
  expect(error.message).toMatch(/(ENOTFOUND|EAI_AGAIN) nonexistent\.invalid/)
})

test('every address of a name is tried, in order', async () => {
  const port = await listen((socket) => socket.end())
  const lookup = vi.fn<(host: string) => Promise<string[]>>(async () => ['127.0.0.2', '127.0.0.1'])
  const stream = await tcpTransport({ lookup }).connect({ host: 'kafka', port, signal })
  expect(stream.remote).toEqual({ address: '127.0.0.1', port })
  stream.destroy()
  const again = await tcpTransport({ lookup }).connect({ host: 'kafka', port, signal })
  again.destroy()
  expect(lookup.mock.calls).toEqual([['kafka'], ['kafka']])
})

test('when none answers, the error names each with its reason', async () => {
  const port = await refusedPort()
  const lookup = async () => ['127.0.0.2', '127.0.0.3']
  const error = await failure(tcpTransport({ lookup }).connect({ host: 'kafka', port, signal }))
  expect(error.message).toContain(`no address of kafka:${port} accepts a connection`)
  expect(error.message).toContain(`ECONNREFUSED 127.0.0.2:${port}`)
  expect(error.message).toContain(`ECONNREFUSED 127.0.0.3:${port}`)
  expect((error.cause as AggregateError).errors).toMatchObject([
    { address: '127.0.0.2' },
    { address: '127.0.0.3' },
  ])
})

test('a name with no address at all is an error', async () => {
  const error = await failure(
    tcpTransport({ lookup: async () => [] }).connect({ host: 'kafka', port: 1, signal }),
  )
  expect(error.message).toBe('kafka resolves to no address')
})

test('an address that does not answer gives way to the next', async () => {
  const port = await listen((socket) => socket.end())
  const connect = vi.spyOn(Socket.prototype, 'connect')
  // The first attempt is swallowed, as by a firewall that drops packets.
  connect.mockImplementationOnce(function (this: Socket) {
    return this
  })
  const lookup = async () => ['127.0.0.2', '127.0.0.1']
  const stream = await tcpTransport({ lookup, addressTimeoutMs: 20 }).connect({
    host: 'kafka',
    port,
    signal,
  })
  expect(stream.remote?.address).toBe('127.0.0.1')
  stream.destroy()
})

test('the transport remembers which addresses did not answer', async () => {
  const port = await listen((socket) => socket.on('data', () => socket.end('x')))
  const connect = vi.spyOn(Socket.prototype, 'connect')
  connect.mockImplementationOnce(function (this: Socket) {
    return this
  })
  const lookup = async () => ['127.0.0.2', '127.0.0.1']
  const transport = tcpTransport({ lookup, addressTimeoutMs: 20 })
  for (let count = 0; count < 2; count++) {
    const stream = await transport.connect({ host: 'kafka', port, signal })
    expect(stream.remote?.address).toBe('127.0.0.1')
    await new Promise<void>((resolve) => {
      stream.onClose(() => resolve())
      stream.onData(() => {})
      stream.write([Buffer.from('x')], () => {})
    })
  }
  expect(connect.mock.calls.length).toBe(3)
})

test('an abort ends the look-up, and says why', async () => {
  const controller = new AbortController()
  const lookup = () => new Promise<never>(() => {})
  const connecting = failure(
    tcpTransport({ lookup }).connect({ host: 'kafka', port: 1, signal: controller.signal }),
  )
  const reason = new Error('enough')
  controller.abort(reason)
  expect(await connecting).toBe(reason)
})

test('an abort ends the attempt, and the addresses behind it are not tried', async () => {
  const controller = new AbortController()
  const connect = vi.spyOn(Socket.prototype, 'connect').mockImplementation(function (this: Socket) {
    return this
  })
  const lookup = async () => ['127.0.0.2', '127.0.0.1']
  const connecting = failure(
    tcpTransport({ lookup }).connect({ host: 'kafka', port: 1, signal: controller.signal }),
  )
  await eventually(() => expect(connect).toHaveBeenCalled())
  const reason = new Error('enough')
  controller.abort(reason)
  expect(await connecting).toBe(reason)
  expect(connect).toHaveBeenCalledTimes(1)
})

test('a signal that has aborted before opens nothing', async () => {
  const reason = new Error('enough')
  const connect = vi.spyOn(Socket.prototype, 'connect')
  const aborted = AbortSignal.abort(reason)
  expect(
    await failure(tcpTransport().connect({ host: '127.0.0.1', port: 1, signal: aborted })),
  ).toBe(reason)
  expect(connect).not.toHaveBeenCalled()
})

test('an open connection does not keep the process alive', async () => {
  const port = await listen((socket) => socket.unref())
  const alive = () =>
    process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length
  const before = alive()
  const stream = await tcpTransport().connect({ host: '127.0.0.1', port, signal })
  stream.onData(() => {})
  expect(alive()).toBe(before)
  stream.destroy()
})

test('small requests leave at once, and a dead peer is noticed', async () => {
  const port = await listen(() => {})
  const noDelay = vi.spyOn(Socket.prototype, 'setNoDelay')
  const keepAlive = vi.spyOn(Socket.prototype, 'setKeepAlive')
  const stream = await tcpTransport({ keepAliveDelayMs: 5_000 }).connect({
    host: '127.0.0.1',
    port,
    signal,
  })
  expect(noDelay).toHaveBeenCalledWith(true)
  expect(keepAlive).toHaveBeenCalledWith(true, 5_000)
  stream.destroy()
})
