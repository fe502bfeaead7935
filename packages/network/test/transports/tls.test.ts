import { once } from 'node:events'
import { createServer, Socket, type AddressInfo, type Server } from 'node:net'
import {
  createServer as createTlsServer,
  type TlsOptions as ServerOptions,
  type TLSSocket,
} from 'node:tls'
import { inspect } from 'node:util'
import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import { Authority, type Certificate } from '../../../../test/certificates.js'
import type { ByteStream } from '../../src/transport.js'
import { settled } from '../../src/transports/open-socket.js'
import type { TlsOptions } from '../../src/transports/tls-options.js'
import { tlsTransport } from '../../src/transports/tls.js'

let authority: Authority
let broker: Certificate
const servers: Server[] = []
const { signal } = new AbortController()

beforeAll(async () => {
  authority = await Authority.create()
  broker = await authority.issue({ name: 'broker' })
})

afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function listening(server: Server): Promise<number> {
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

async function listen(options: ServerOptions, accept: (socket: TLSSocket) => void = () => {}) {
  return listening(
    createTlsServer(options, (socket) => {
      socket.on('error', () => {})
      accept(socket)
    }),
  )
}

const lookup = async () => ['127.0.0.1']

async function connect(
  port: number,
  tls: TlsOptions | (() => TlsOptions),
  host = 'localhost',
): Promise<ByteStream> {
  return tlsTransport(tls, { lookup }).connect({ host, port, signal })
}

function failure(connecting: Promise<ByteStream>): Promise<Error> {
  return connecting.then(
    () => new Error('connected'),
    (error: Error) => error,
  )
}

test('a broker whose certificate is signed by the given authority, for its name, is safe', async () => {
  const port = await listen(broker, (socket) => socket.end('hello'))
  const stream = await connect(port, { ca: authority.cert })
  expect(stream).toMatchObject({ encrypted: true, remote: { address: '127.0.0.1', port } })
  const text = await new Promise((resolve) => stream.onData((chunk) => resolve(String(chunk))))
  expect(text).toBe('hello')
})

test('an authority that nobody has named is not trusted, and the error says what to do', async () => {
  const port = await listen(broker)
  const error = await failure(connect(port, {}))
  expect(error.message).toMatch(
    /^TLS with localhost:\d+ failed: unable to .*; give the authority that signed it as ca$/,
  )
})

test('another authority of the same name is not trusted', async () => {
  const port = await listen(broker)
  const other = await Authority.create()
  const error = await failure(connect(port, { ca: other.cert }))
  expect(error.message).toContain(`TLS with localhost:${port} failed`)
})

test('the environment cannot turn the check off', async () => {
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
  const port = await listen(broker)
  const error = await failure(connect(port, {}))
  vi.unstubAllEnvs()
  expect(error.message).toContain(`TLS with localhost:${port} failed`)
})

test('a certificate that has expired is refused', async () => {
  const port = await listen(await authority.issue({ name: 'broker', expired: true }))
  const error = await failure(connect(port, { ca: authority.cert }))
  expect(error.message).toContain('certificate has expired')
})

test('a certificate for another name is refused', async () => {
  const port = await listen(broker)
  const error = await failure(connect(port, { ca: authority.cert }, 'kafka.example'))
  expect(error.message).toContain("Hostname/IP does not match certificate's altnames")
})

test.each([
  ['kafka.example', 'kafka.example'],
  ['kafka.example.', 'kafka.example'],
  ['127.0.0.1', false],
])('of %s the name is sent, unless it is an address', async (host, sent) => {
  const certificate = await authority.issue({
    name: 'broker',
    hosts: ['kafka.example', '127.0.0.1'],
  })
  const names: unknown[] = []
  const port = await listen(certificate, (socket) => {
    names.push((socket as { servername?: unknown }).servername)
    socket.write('!')
  })
  const stream = await connect(port, { ca: authority.cert }, host)
  await new Promise((resolve) => stream.onData(resolve))
  stream.destroy()
  expect(names).toEqual([sent])
})

test('a name of its own can be asked for and checked', async () => {
  const certificate = await authority.issue({ name: 'broker', hosts: ['kafka.example'] })
  const port = await listen(certificate)
  const stream = await connect(port, { ca: authority.cert, servername: 'kafka.example' })
  stream.destroy()
  expect(stream.encrypted).toBe(true)
})

test('certificates are asked for at each connection', async () => {
  const port = await listen({ ...broker, requestCert: true, ca: authority.cert }, (socket) => {
    socket.end(String(socket.getPeerCertificate().subject.CN))
  })
  const clients = await Promise.all(
    ['first', 'second'].map((name) => authority.issue({ name, hosts: [] })),
  )
  const transport = tlsTransport(() => ({ ca: authority.cert, ...clients.shift()! }), { lookup })
  const names: string[] = []
  for (let count = 0; count < 2; count++) {
    const stream = await transport.connect({ host: 'localhost', port, signal })
    names.push(await new Promise((resolve) => stream.onData((chunk) => resolve(String(chunk)))))
    stream.destroy()
  }
  expect(names).toEqual(['first', 'second'])
})

test('a broker that wants a certificate of the client says so as the stream closes', async () => {
  const port = await listen({ ...broker, requestCert: true, ca: authority.cert })
  const stream = await connect(port, { ca: authority.cert })
  const error = await new Promise<Error | undefined>((resolve) => {
    stream.onClose(resolve)
    stream.onData(() => {})
  })
  expect(error).toMatchObject({ reason: 'tlsv13 alert certificate required' })
})

test.each([['TLSv1.2'], ['TLSv1.3']] as const)('a broker of %s will do', async (version) => {
  const port = await listen({ ...broker, minVersion: version, maxVersion: version })
  const stream = await connect(port, { ca: authority.cert })
  expect(stream.encrypted).toBe(true)
  stream.destroy()
})

test('a broker below TLS 1.2 is refused, whatever the options say', async () => {
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' } as const
  const port = await listen({ ...broker, ...old })
  expect((await failure(connect(port, { ca: authority.cert }))).message).toContain('TLS with')
  const { createSecureContext } = await import('node:tls')
  const secureContext = createSecureContext({ ca: authority.cert, ...old })
  const error = await failure(connect(port, { secureContext }))
  expect(error.message).toContain('the peer speaks TLSv1.1, which is not safe')
  expect(() => tlsTransport({ minVersion: 'TLSv1.1' })).toThrow(
    expect.objectContaining({
      code: 'INVALID_OPTION',
      message: expect.stringContaining('TLSv1.2 and TLSv1.3 are'),
    }),
  )
})

test.each([
  [null, 'is null'],
  [false, 'is boolean'],
  ['yes', 'is string'],
])('%s is no option', (value, problem) => {
  expect(() => tlsTransport(value as never)).toThrow(`INVALID_OPTION: tls ${problem}`)
})

test('turning the check off is said loudly, once', async () => {
  const port = await listen(broker)
  const warnings: string[] = []
  const logger = { warn: (message: string) => void warnings.push(message) }
  const transport = tlsTransport({ rejectUnauthorized: false }, { lookup, logger })
  for (let count = 0; count < 2; count++)
    (await transport.connect({ host: 'localhost', port, signal })).destroy()
  expect(warnings).toEqual([expect.stringContaining('certificates are not checked')])
})

test('turning the check off is said to the process where there is no logger', async () => {
  const port = await listen(broker)
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  const stream = await connect(port, { rejectUnauthorized: false })
  stream.destroy()
  expect(warned).toHaveBeenCalledWith(
    expect.stringContaining('rejectUnauthorized'),
    'SluiceSecurityWarning',
  )
  vi.restoreAllMocks()
})

test('a peer that does not speak TLS is told apart', async () => {
  const port = await listening(createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n')))
  const error = await failure(connect(port, { ca: authority.cert }))
  expect(error.message).toMatch(/wrong version number.*; does this port speak TLS\?/)
})

test('a peer that hangs up at the hello is told apart', async () => {
  const port = await listening(
    createServer((socket) => socket.once('data', () => socket.destroy())),
  )
  const error = await failure(connect(port, { ca: authority.cert }))
  expect(error.message).toMatch(/; does this port speak TLS\?$/)
})

test('an abort ends a handshake that the peer does not answer', async () => {
  const port = await listening(createServer(() => {}))
  const controller = new AbortController()
  const connecting = tlsTransport().connect({
    host: '127.0.0.1',
    port,
    signal: controller.signal,
  })
  const failed = failure(connecting)
  await once(servers.at(-1)!, 'connection')
  const reason = new Error('enough')
  controller.abort(reason)
  expect(await failed).toBe(reason)
})

test('an abort between connection and handshake is noticed', async () => {
  const reason = new Error('enough')
  const attempt = { address: '::1', port: 1, limitMs: 0, signal: AbortSignal.abort(reason) }
  const socket = new Socket()
  await expect(settled(socket, 'secureConnect', attempt, () => new Error('late'))).rejects.toBe(
    reason,
  )
  expect(socket.destroyed).toBe(true)
})

test('an address whose handshake stalls gives way to the next', async () => {
  const good = await listen(broker)
  const silent = createServer(() => {})
  servers.push(silent)
  silent.listen(good, '127.0.0.2')
  await once(silent, 'listening')
  const transport = tlsTransport(
    { ca: authority.cert },
    { lookup: async () => ['127.0.0.2', '127.0.0.1'], addressTimeoutMs: 100 },
  )
  const stream = await transport.connect({ host: 'localhost', port: good, signal })
  expect(stream.remote?.address).toBe('127.0.0.1')
  stream.destroy()
})

test('an open connection does not keep the process alive', async () => {
  const port = await listen(broker, (socket) => socket.unref())
  const alive = () =>
    process.getActiveResourcesInfo().filter((name) => /TCPSocketWrap|TLSWrap/.test(name)).length
  const before = alive()
  const stream = await connect(port, { ca: authority.cert })
  stream.onData(() => {})
  expect(alive()).toBe(before)
  stream.destroy()
})

test('a key that cannot be used fails for good, a function may give another one', async () => {
  const port = await listen(broker)
  const wrong = { cert: broker.cert, key: authority.key }
  expect(await failure(connect(port, wrong))).toMatchObject({ code: 'INVALID_OPTION' })
  const renewing = await failure(connect(port, () => wrong))
  expect(renewing.message).toMatch(/^tls: key values mismatch/)
  expect(renewing).not.toHaveProperty('code')
})

test('neither errors nor inspection show keys or passphrases', async () => {
  const port = await listen(broker)
  const secret = 'canary-5up3r'
  const errors = [
    await failure(connect(port, { key: secret, cert: secret })),
    await failure(connect(port, { ...broker, passphrase: 12_345_678 as never })),
    await failure(connect(port, { ...broker, passphrase: Symbol(secret) as never })),
    await failure(
      connect(port, { pfx: [{ buf: Buffer.alloc(9), passphrase: 12_345_678 as never }] }),
    ),
    await failure(connect(port, () => ({ key: secret, cert: secret, ca: secret }))),
    // Node quotes what it does not understand. A secret may have been given to the wrong option.
    await failure(connect(port, { ecdhCurve: 12_345_678 as never })),
    await failure(connect(port, { ciphers: 12_345_678 as never })),
  ]
  const transport = tlsTransport({ ...broker, passphrase: secret })
  const shown = inspect([errors, transport], { depth: Infinity, showHidden: true })
  expect(errors.map(({ message }) => message)).not.toContain('connected')
  expect(shown).not.toContain(secret)
  expect(shown).not.toContain('12345678')
  expect(shown).not.toContain('PRIVATE')
})
