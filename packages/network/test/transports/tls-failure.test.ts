import { once } from 'node:events'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { createServer as createTlsServer, type TlsOptions as ServerOptions } from 'node:tls'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { Authority, type Certificate } from '../../../../test/certificates.js'
import { connectTimeout } from '../../src/transports/open-socket.js'
import type { TlsOptions } from '../../src/transports/tls-options.js'
import { isTlsRefusal } from '../../src/transports/tls-refusal.js'
import { tlsTransport } from '../../src/transports/tls.js'

let authority: Authority
let broker: Certificate
const servers: Server[] = []

beforeAll(async () => {
  authority = await Authority.create()
  broker = await authority.issue({ name: 'broker' })
})

afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function listening(server: Server, host = '127.0.0.1'): Promise<number> {
  servers.push(server.on('tlsClientError', () => {}))
  server.listen(0, host)
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** Why no connection came about, or why it was closed at once. */
async function failure(
  port: number,
  tls: TlsOptions,
  addresses: readonly string[] = ['127.0.0.1'],
): Promise<Error> {
  const { signal } = new AbortController()
  const transport = tlsTransport(tls, { lookup: async () => addresses })
  try {
    const stream = await transport.connect({ host: 'localhost', port, signal })
    return await new Promise((resolve) => {
      stream.onClose((error) => resolve(error ?? new Error('closed without an error')))
      stream.onData(() => {})
    })
  } catch (error) {
    return error as Error
  }
}

const pinned = (): Error => new Error('the key is not the one that was pinned')

test.each<[string, () => Promise<ServerOptions>, () => TlsOptions, RegExp]>([
  [
    'an expired certificate',
    () => authority.issue({ name: 'broker', expired: true }),
    () => ({ ca: authority.cert }),
    /failed: certificate has expired; it must be renewed, or the clock of this machine is wrong$/,
  ],
  [
    'a certificate of another host',
    () => authority.issue({ name: 'broker', hosts: ['kafka.example'] }),
    () => ({ ca: authority.cert }),
    /altnames: Host: localhost. .*; use a name of the certificate .* set tls\.servername/,
  ],
  [
    'an authority that is not named',
    async () => broker,
    () => ({}),
    /failed: unable to .*; tls\.ca is not given; give the authority that signed it as ca$/,
  ],
  [
    'an authority that is not the named one',
    async () => broker,
    () => ({ ca: otherAuthority.cert }),
    /; no certificate in tls\.ca has signed it; give the authority that signed it as ca$/,
  ],
  [
    'a certificate that the check of the user refuses',
    async () => broker,
    () => ({ ca: authority.cert, checkServerIdentity: pinned }),
    /failed: the key is not the one that was pinned$/,
  ],
  [
    'a client without the certificate that is asked for',
    async () => ({ ...broker, requestCert: true, ca: authority.cert }),
    () => ({ ca: authority.cert }),
    /^(?!TLS with).*alert certificate required/,
  ],
  [
    'the same over TLS 1.2',
    async () => ({ ...broker, requestCert: true, ca: authority.cert, maxVersion: 'TLSv1.2' }),
    () => ({ ca: authority.cert }),
    /alert handshake failure .*; the two sides have .* asks for a certificate of the client/,
  ],
  [
    'versions without one in common',
    async () => ({ ...broker, maxVersion: 'TLSv1.2' }),
    () => ({ ca: authority.cert, minVersion: 'TLSv1.3' }),
    /alert protocol version .*; the two sides .* look at tls\.minVersion and tls\.maxVersion/,
  ],
  [
    'ciphers without one in common',
    async () => ({
      ...broker,
      maxVersion: 'TLSv1.2',
      ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256',
    }),
    () => ({ ca: authority.cert, ciphers: 'ECDHE-ECDSA-AES256-GCM-SHA384', maxVersion: 'TLSv1.2' }),
    /; the two sides have nothing in common that they could use, .* look at tls\.ciphers/,
  ],
])('%s is a refusal that says what to change', async (_, server, client, message) => {
  const port = await listening(
    createTlsServer(await server(), (socket) => socket.on('error', () => {})),
  )
  const error = await failure(port, client())
  expect(error.message).toMatch(message)
  expect(isTlsRefusal(error)).toBe(true)
})

let otherAuthority: Authority
beforeAll(async () => {
  otherAuthority = await Authority.create('another authority')
})

test('an authority that has expired is named, and not the certificate of the broker', async () => {
  const expired = await Authority.create('old authority', true)
  const port = await listening(createTlsServer(await expired.issue({ name: 'broker' })))
  const error = await failure(port, { ca: expired.cert })
  expect(error.message).toMatch(
    /certificate has expired; the authority in tls\.ca \(CN=old authority\) is valid from .* to .*;/,
  )
  expect(isTlsRefusal(error)).toBe(true)
})

test('a port that answers in plain text is a refusal', async () => {
  const port = await listening(createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n')))
  expect(isTlsRefusal(await failure(port, {}))).toBe(true)
})

test.each([
  [112, /unrecognized name .*; look at tls\.servername$/],
  [109, /missing extension .*; look at tls\.servername$/],
  [120, /no application protocol .*; look at tls\.ALPNProtocols$/],
  [70, /protocol version .*; the two sides have no version of TLS in common/],
  [48, /unknown ca .*; the broker asks for a certificate of the client that it accepts/],
])(
  'alert %d in answer to the first bytes is a refusal that says what to change',
  async (...row) => {
    const [alert, message] = row
    const fatal = Buffer.from([21, 3, 3, 0, 2, 2, alert])
    const port = await listening(
      createServer((socket) => socket.once('data', () => socket.end(fatal))),
    )
    const error = await failure(port, {})
    expect(error.message).toMatch(message)
    expect(isTlsRefusal(error)).toBe(true)
  },
)

test('a peer that hangs up is no refusal, since a broker that is stopped does so', async () => {
  const port = await listening(
    createServer((socket) => socket.once('data', () => socket.destroy())),
  )
  const error = await failure(port, {})
  expect(error.message).toMatch(/; does this port speak TLS\?$/)
  expect(isTlsRefusal(error)).toBe(false)
})

test('where nobody listens there is no refusal', async () => {
  const server = createServer()
  const port = await listening(server)
  server.close()
  expect(isTlsRefusal(await failure(port, {}))).toBe(false)
})

test('a name is refused by all of its addresses, of those of a family that has a broker', async () => {
  const expired = await authority.issue({ name: 'broker', expired: true })
  const port = await listening(createTlsServer(expired))
  const options = { ca: authority.cert }
  // Nobody listens at ::1 or at 127.0.0.2, so only the family of the broker that answers counts.
  expect(isTlsRefusal(await failure(port, options, ['::1', '127.0.0.1']))).toBe(true)
  expect(isTlsRefusal(await failure(port, options, ['127.0.0.1', '127.0.0.1']))).toBe(true)
  expect(isTlsRefusal(await failure(port, options, ['127.0.0.2', '127.0.0.1']))).toBe(false)
})

test('a family of addresses that leads nowhere does not keep a refusal by the other from being told', () => {
  const { signal } = new AbortController()
  const late = connectTimeout({ address: '100::1', port: 9_093, limitMs: 3_000, signal })
  const refused = { code: 'CERT_HAS_EXPIRED', address: '127.0.0.1' }
  expect(isTlsRefusal(new AggregateError([late, refused]))).toBe(true)
  expect(isTlsRefusal(new AggregateError([late, { ...refused, address: '::1' }]))).toBe(false)
})

test.each([
  ['ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE', true],
  ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN', true],
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', true],
  ['CERT_NOT_YET_VALID', true],
  ['CRL_HAS_EXPIRED', true],
  ['ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR', false],
  ['ERR_SSL_SSLV3_ALERT_BAD_RECORD_MAC', false],
  ['ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC', false],
  ['ECONNRESET', false],
  ['ETIMEDOUT', false],
])('an error with the code %s counts: %s, however deep it lies', (code, expected) => {
  const error = Object.assign(new Error('x'), { code })
  expect(isTlsRefusal(error)).toBe(expected)
  expect(isTlsRefusal(new Error('of a tunnel', { cause: error }))).toBe(expected)
})

test.each([null, undefined, 'CERT_HAS_EXPIRED', 5, new AggregateError([])])(
  'what was thrown as %j is no refusal',
  (thrown) => {
    expect(isTlsRefusal(thrown)).toBe(false)
  },
)

test('an error that is its own cause ends the search', () => {
  const error: Error & { cause?: unknown } = new Error('loop')
  error.cause = error
  expect(isTlsRefusal(error)).toBe(false)
})
