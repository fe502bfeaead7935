import { tcpTransport, tlsTransport } from '@sluice/network'
import { oauthBearer, plain, scramSha256 } from '@sluice/network/sasl'
import { gzip } from '@sluice/protocol/gzip'
import { expect, test } from 'vitest'
import { createProducer, type ProducerOptions } from '../../../src/index.js'
import { mainFunctions } from '../../../src/sending-half/thread/caller/main-functions.js'
import { crossingOptions } from '../../../src/sending-half/thread/portable-options.js'

const servers = 'localhost:9092'

function portable(options: Partial<ProducerOptions> = {}) {
  const given = { bootstrapServers: servers, senderThread: true, ...options }
  const { portable: crossing, asked } = crossingOptions(given)
  return { options: crossing, functions: mainFunctions(asked) }
}

test('what crosses to the sender thread is plain data, and says what everything is made of', () => {
  const { options } = portable({
    compression: gzip({ level: 3 }),
    sasl: scramSha256({ username: 'ann', password: 'secret' }),
    transport: tcpTransport(),
    lingerMs: 5,
    acks: 'all',
    transactionalId: 'tx',
    logger: console,
    onDeliveryError: () => {},
  })
  expect(structuredClone(options)).toEqual(options)
  expect(options).toMatchObject({
    bootstrapServers: servers,
    plain: { lingerMs: 5, acks: 'all', transactionalId: 'tx' },
    compression: { module: '@sluice/protocol/gzip', export: 'gzip', options: { level: 3 } },
    sasl: { module: '@sluice/network/sasl', export: 'scramSha256' },
    transport: { module: '@sluice/network', export: 'tcpTransport' },
  })
  expect(Object.keys(options.plain)).toEqual(['lingerMs', 'acks', 'transactionalId'])
})

test('functions for servers and certificates stay, and can be called by name', async () => {
  const { options, functions } = portable({
    bootstrapServers: () => 'asked:1',
    tls: async () => ({ servername: 'asked' }),
  })
  expect(options.bootstrapServers).toBeUndefined()
  expect(options.tls).toBe('asked')
  expect(await functions.get('bootstrapServers')!(null)).toBe('asked:1')
  expect(await functions.get('tls')!(null)).toEqual({ servername: 'asked' })
})

test('what a function gives and cannot be sent is an error of that call', async () => {
  const { functions } = portable({
    bootstrapServers: () => [Symbol('server')] as never,
    tls: () => ({ checkServerIdentity: () => undefined }),
  })
  await expect(functions.get('bootstrapServers')!(null)).rejects.toThrow('give plain data')
  await expect(functions.get('tls')!(null)).rejects.toThrow('tls.checkServerIdentity')
})

test('a mechanism whose credentials are functions works on the thread of the program, step by step', async () => {
  const { options, functions } = portable({ sasl: oauthBearer({ token: async () => 'abc' }) })
  expect(options.sasl).toEqual({ name: 'OAUTHBEARER', needsEncryption: true })
  const context = { host: 'localhost', port: 1, encrypted: true }
  const initial = functions.get('sasl.initial')!({ exchange: 1, context })
  const bytes = (await initial) as Uint8Array
  expect(Buffer.from(bytes).toString()).toContain('auth=Bearer abc')
  expect(bytes.buffer.byteLength).toBe(bytes.byteLength)
  const next = functions.get('sasl.next')!
  expect(await next({ exchange: 1, challenge: new Uint8Array(0) })).toBeNull()
  const failed = portable({ sasl: plain(() => Promise.reject(new Error('no vault'))) }).functions
  await expect(failed.get('sasl.initial')!({ exchange: 1, context })).rejects.toThrow('no vault')
})

const codec = { ...gzip(), portable: undefined }
const foreign = {
  id: 1,
  name: 'gzip',
  compress: codec.compress,
  decompress: codec.decompress,
} as const
const refused: [name: string, options: Partial<ProducerOptions>, text: RegExp][] = [
  [
    'a codec',
    { compression: foreign },
    /compression .* no portable: give it portable: \{ module, export, options \}/,
  ],
  [
    'a codec of this family with another method',
    { compression: { ...gzip(), compress: (bytes) => bytes } },
    /compression .* no portable/,
  ],
  [
    'a mechanism of this family with another method',
    {
      sasl: {
        ...scramSha256({ username: 'a', password: 'b' }),
        begin: () => ({ initial: () => new Uint8Array(0), next: () => null }),
      },
    },
    /sasl .* no portable/,
  ],
  [
    'a codec whose options are a function',
    { compression: { ...foreign, portable: { module: 'm', export: 'e', options: () => {} } } },
    /compression.portable.options must be plain data/,
  ],
  ['a transport', { transport: { connect: tcpTransport().connect } }, /transport .* no portable/],
  [
    'a transport over TLS that asks a function',
    { transport: tlsTransport(() => true) },
    /transport .* no portable/,
  ],
  [
    'a mechanism',
    { sasl: { name: 'X', begin: () => ({ initial: () => new Uint8Array(0), next: () => null }) } },
    /sasl .* no portable/,
  ],
  [
    'a check of certificates',
    { tls: { checkServerIdentity: () => undefined } },
    /tls.checkServerIdentity cannot be sent/,
  ],
]

test.each(refused)(
  '%s that cannot cross to the sender thread is refused when the producer is made, with what to do',
  (_, options, text) => {
    const given = { bootstrapServers: servers, ...options }
    expect(() => createProducer(given)).not.toThrow()
    expect(() => createProducer({ ...given, senderThread: true })).toThrow(text)
    expect(() => createProducer({ ...given, senderThread: true })).toThrow('leave senderThread out')
  },
)

test('a wrong option is an error when the producer is made, with a sender thread as without', () => {
  const wrong: Partial<ProducerOptions>[] = [
    { bootstrapServers: 'localhost:0' },
    { acks: 2 as never },
    { lingerMs: -1 },
    { maxInFlight: 0 },
    { sasl: plain({ username: 'a', password: 'b' }) },
  ]
  for (const options of wrong) {
    const given = { bootstrapServers: servers, ...options }
    const error = (senderThread: boolean): unknown => {
      try {
        return createProducer({ ...given, senderThread })
      } catch (thrown) {
        return (thrown as Error).message
      }
    }
    expect(error(true)).toBe(error(false))
    expect(error(true)).toMatch(/^INVALID_OPTION/)
  }
  const notBoolean = { bootstrapServers: servers, senderThread: 'yes' as never }
  expect(() => createProducer(notBoolean)).toThrow('senderThread')
})

test('a process that may start no threads is told when the producer is made', () => {
  const own = Object.getOwnPropertyDescriptor(process, 'permission')
  Object.defineProperty(process, 'permission', {
    value: { has: (scope: string) => scope !== 'worker' },
    configurable: true,
  })
  try {
    expect(() => createProducer({ bootstrapServers: servers, senderThread: true })).toThrow(
      /start node with --allow-worker, or leave senderThread out/,
    )
  } finally {
    if (own === undefined) Reflect.deleteProperty(process, 'permission')
    else Object.defineProperty(process, 'permission', own)
  }
})
