import { createPrivateKey, X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import { inspect } from 'node:util'
import type { KafkaError } from '@sluice/protocol'
import { beforeAll, expect, test } from 'vitest'
import { Authority, type Certificate } from '../../../../test/certificates.js'
import type { TlsOptions } from '../../src/transports/tls-options.js'
import { tlsTransport } from '../../src/transports/tls.js'

let authority: Authority
let client: Certificate
let other: Certificate
/** The key of the client, with the passphrase `canary-passphrase`. */
let encrypted: string

beforeAll(async () => {
  authority = await Authority.create()
  client = await authority.issue({ name: 'client' })
  other = await authority.issue({ name: 'other' })
  encrypted = createPrivateKey(client.key).export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'canary-passphrase',
  }) as string
})

/** The error of the options as values, which must be that of the same options from a function. */
async function refusal(options: unknown): Promise<KafkaError> {
  const { signal } = new AbortController()
  const target = { host: 'localhost', port: 1, signal }
  const lookup = async () => [] as string[]
  const later = tlsTransport(() => options as TlsOptions, { lookup }).connect(target)
  const error = await later.catch((thrown: unknown) => thrown)
  try {
    tlsTransport(options as TlsOptions)
  } catch (thrown) {
    expect(thrown).toMatchObject({ code: 'INVALID_OPTION' })
    expect((thrown as Error).message).toContain((error as Error).message)
    expect(inspect([thrown, error], { depth: 9 })).not.toMatch(/canary|MII|MHcC|LS0t/)
    return thrown as KafkaError
  }
  throw new Error(`the options are accepted; at the connection: ${(error as Error).message}`)
}

const both = ({ cert, key }: Certificate): string => `${cert}\n${key}`
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const der = (pem: string): Buffer => new X509Certificate(pem).raw

test.each<[string, () => unknown, RegExp]>([
  ['a path', () => '/etc/canary/ca.pem', /^tls\.ca looks like a path: .*readFileSync\(path\)/],
  ['a path of Windows', () => String.raw`C:\canary\ca.crt`, /^tls\.ca looks like a path/],
  ['the name of a file', () => 'canary.pem', /^tls\.ca looks like a path/],
  [
    'a PEM with literal \\n',
    () => authority.cert.replaceAll('\n', String.raw`\n`),
    /^tls\.ca has \\n as two characters .*\.replaceAll/,
  ],
  ['the base64 of a PEM', () => base64(authority.cert), /^tls\.ca is the base64 of a PEM: decode/],
  [
    'a PEM without its first and last line',
    () => authority.cert.split('\n').slice(1, -2).join('\n'),
    /^tls\.ca is base64 without the lines BEGIN and END/,
  ],
  ['DER', () => der(authority.cert), /^tls\.ca is DER: convert it/],
  ['a Java key store', () => Buffer.from('feedfeed00000002', 'hex'), /is a Java key store/],
  ['UTF-16', () => Buffer.from(authority.cert, 'utf16le'), /^tls\.ca is binary or UTF-16/],
  ['nothing', () => '', /^tls\.ca is empty/],
  ['white space', () => ' \n', /^tls\.ca is empty/],
  ['an empty Buffer', () => Buffer.alloc(0), /^tls\.ca is empty/],
  ['an empty array', () => [], /^tls\.ca is an empty array/],
  ['an array with nothing in it', () => [undefined], /^tls\.ca\[0\] is undefined/],
  ['null', () => null, /^tls\.ca is null/],
  ['true', () => true, /^tls\.ca is boolean/],
  ['a promise', () => Promise.resolve(authority.cert), /^tls\.ca is object/],
  ['a private key', () => authority.key, /^tls\.ca holds PRIVATE KEY, but no CERTIFICATE/],
  ['one line', () => authority.cert.replaceAll('\n', ' '), /^tls\.ca is damaged/],
  ['indented lines', () => authority.cert.replaceAll('\n', '\n  '), /^tls\.ca is damaged/],
  ['a PEM that is cut', () => authority.cert.slice(0, 200), /^tls\.ca is damaged/],
  [
    'a second certificate that is cut',
    () => `${authority.cert}\n${authority.cert.split('\n').toSpliced(2, 1).join('\n')}`,
    /^tls\.ca: certificate 2 cannot be read/,
  ],
  [
    'a bundle without a line feed in between',
    () => authority.cert.trimEnd() + other.cert,
    /^tls\.ca is damaged: .* also where one block follows another/,
  ],
  [
    'an array whose second is a path',
    () => [authority.cert, './canary.pem'],
    /^tls\.ca\[1\] looks like a path/,
  ],
  ['other text', () => 'canary', /^tls\.ca is some other text/],
])('a ca that is %s is refused, by name and with what to give', async (_, ca, message) => {
  const error = await refusal({ ca: ca() })
  const detail = error.message.replace('INVALID_OPTION: ', '')
  expect(detail).toMatch(message)
  expect(detail).toMatch(/give|decode|convert|put/)
})

test.each<[string, () => Partial<TlsOptions>, RegExp]>([
  ['cert without key', () => ({ cert: client.cert }), /tls\.cert is given without tls\.key/],
  ['key without cert', () => ({ key: client.key }), /tls\.key is given without tls\.cert/],
  ['a key of another certificate', () => ({ ...client, key: other.key }), /key values mismatch/],
  [
    'a chain in the wrong order',
    () => ({ ...client, cert: `${authority.cert}\n${client.cert}` }),
    /put the certificate of the client first/,
  ],
  [
    'a second key without its certificate',
    () => ({ cert: [client.cert], key: [client.key, other.key] }),
    /key values mismatch/,
  ],
  ['an encrypted key alone', () => ({ cert: client.cert, key: encrypted }), /is encrypted: give/],
  [
    'another passphrase',
    () => ({ cert: client.cert, key: encrypted, passphrase: 'canary' }),
    /tls\.key cannot be opened with tls\.passphrase/,
  ],
  [
    'a passphrase that is no text',
    () => ({ cert: client.cert, key: encrypted, passphrase: 5 as never }),
    /tls\.passphrase must be a string/,
  ],
  [
    'a key that is a path',
    () => ({ ...client, key: './canary.key' }),
    /tls\.key looks like a path/,
  ],
  ['a cert that is a path', () => ({ ...client, cert: '/canary' }), /tls\.cert looks like a path/],
  [
    'a key that is a certificate',
    () => ({ ...client, key: client.cert }),
    /tls\.key holds CERTIFICATE, but no PRIVATE KEY/,
  ],
  [
    'a key with literal \\n',
    () => ({ ...client, key: client.key.replaceAll('\n', String.raw`\n`) }),
    /tls\.key has \\n as two characters/,
  ],
  [
    'a key that is broken',
    () => ({ ...client, key: client.key.replace(/\n.{9}/, '\n') }),
    /tls\.key cannot be read/,
  ],
  ['a pfx that is none', () => ({ pfx: Buffer.from('canary') }), /tls\.pfx cannot be used/],
  ['a pfx that is a path', () => ({ pfx: '/canary.p12' }), /tls\.pfx cannot be used/],
  ['a crl that is none', () => ({ crl: 'canary' }), /tls\.crl cannot be used/],
  ['ciphers that are none', () => ({ ciphers: 'canary' }), /tls\.ciphers cannot be used/],
  ['a curve that is none', () => ({ ecdhCurve: 'canary' }), /tls\.ecdhCurve cannot be used/],
  ['algorithms that are none', () => ({ sigalgs: 'canary' }), /tls\.sigalgs cannot be used/],
  [
    'versions the wrong way round',
    () => ({ minVersion: 'TLSv1.3', maxVersion: 'TLSv1.2' }),
    /minVersion, TLSv1\.3, above its maxVersion/,
  ],
  [
    'a text for rejectUnauthorized',
    () => ({ rejectUnauthorized: 'false' as never }),
    /tls\.rejectUnauthorized must be a boolean/,
  ],
  ['a servername that is none', () => ({ servername: 5 as never }), /tls\.servername must be a/],
  [
    'a secure context and a ca',
    () => ({ secureContext: createSecureContext(), ca: authority.cert }),
    /tls\.secureContext and tls\.ca are both given/,
  ],
])('%s is refused, by name', async (what, options, message) => {
  if (message.source.includes('mismatch') || what.startsWith('a chain')) {
    // From a function this is no lasting failure: it may be in the middle of a renewal.
    expect(() => tlsTransport(options())).toThrow(message)
    return
  }
  expect((await refusal(options())).message).toMatch(message)
})

test.each<[string, () => TlsOptions]>([
  ['a bundle', () => ({ ca: `# a comment\n${authority.cert}\n\n${other.cert}` })],
  ['lines of Windows', () => ({ ca: authority.cert.replaceAll('\n', '\r\n') })],
  ['a byte order mark', () => ({ ca: `\ufeff${authority.cert}` })],
  ['a Buffer', () => ({ ca: Buffer.from(authority.cert) })],
  ['several', () => ({ ca: [authority.cert, Buffer.from(other.cert)] })],
  ['a pair', () => ({ ...client, ca: authority.cert })],
  ['a pair with its chain', () => ({ ...client, cert: `${client.cert}\n${authority.cert}` })],
  ['one file for both', () => ({ cert: both(client), key: both(client) })],
  [
    'an encrypted key',
    () => ({ cert: client.cert, key: encrypted, passphrase: 'canary-passphrase' }),
  ],
  [
    'a key with its own passphrase',
    () => ({
      cert: [client.cert],
      key: [{ pem: encrypted, passphrase: 'canary-passphrase' }],
    }),
  ],
  ['an empty passphrase that nothing needs', () => ({ ...client, passphrase: '' })],
  ['undefined everywhere', () => ({ ca: undefined, cert: undefined, key: undefined })],
])('%s is accepted, and Node takes it as well', (_, options) => {
  expect(() => tlsTransport(options())).not.toThrow()
  expect(() => createSecureContext(options())).not.toThrow()
})
