import { createSecureContext } from 'node:tls'
import { inspect } from 'node:util'
import { beforeAll, expect, test } from 'vitest'
import { Authority, type Certificate } from '../../../../test/certificates.js'
import { expectRebuilt } from '../../../../test/rebuilt.js'
import { memoryTransport } from '../../src/testing.js'
import type { Transport } from '../../src/transport.js'
import { tcpTransport } from '../../src/transports/tcp.js'
import { tlsTransport } from '../../src/transports/tls.js'
import { tcpRig, tlsRig } from './rigs.js'

let authority: Authority
let broker: Certificate

beforeAll(async () => {
  authority = await Authority.create()
  broker = await authority.issue({ name: 'broker' })
})

/** Connects, and gives the first text that the peer sends. */
function greetingAt(host: string, port: number): (transport: Transport) => Promise<string> {
  return async (transport) => {
    const { signal } = new AbortController()
    const stream = await transport.connect({ host, port, signal })
    const text = await new Promise<string>((resolve) => {
      stream.onData((chunk) => resolve(Buffer.from(chunk).toString()))
    })
    stream.destroy()
    return `${text} ${stream.encrypted}`
  }
}

test('a TCP transport can be made again from its portable, with the same options', async () => {
  const { host, port, close } = await tcpRig().listen((peer) => void peer.end('hello'))
  const transport = tcpTransport({ addressTimeoutMs: 500 })
  await expectRebuilt(transport, greetingAt(host, port))
  expect(transport.portable?.options).toEqual({ addressTimeoutMs: 500 })
  await close()
})

test('a TLS transport can be made again from its portable, with the same authority', async () => {
  const rig = tlsRig(authority, broker)
  const { host, port, close } = await rig.listen((peer) => void peer.end('hello'))
  for (const ca of [authority.cert, Buffer.from(authority.cert)])
    await expectRebuilt(tlsTransport({ ca }), greetingAt(host, port))
  await expect(greetingAt(host, port)(tlsTransport())).rejects.toThrow(/certificate/)
  await close()
})

test('a transport with a function or a secure context among its options is not portable', () => {
  const transports = [
    tcpTransport({ lookup: async () => [] }),
    tlsTransport(() => true),
    tlsTransport({ checkServerIdentity: () => undefined }),
    tlsTransport({ secureContext: createSecureContext() }),
    tlsTransport(true, { logger: console }),
    memoryTransport(),
  ]
  expect(transports.map(({ portable }) => portable)).toEqual(transports.map(() => undefined))
})

test('inspection of a TLS transport does not show the key in its portable', async () => {
  const client = await (await Authority.create()).issue({ name: 'client' })
  const transport = tlsTransport({ ...client, passphrase: 'canary' })
  expect(transport.portable?.options).toMatchObject({ passphrase: 'canary' })
  expect(inspect(transport, { depth: 9, showHidden: true })).not.toContain('canary')
  expect(inspect(transport, { depth: 9, showHidden: true })).not.toContain('PRIVATE')
  expect(JSON.stringify(transport)).not.toMatch(/canary|PRIVATE/)
})

test('a transport with another connect is not portable, for another thread would make it without that', () => {
  const { connect } = memoryTransport()
  for (const make of [tcpTransport, tlsTransport]) {
    expect(make().portable).toBeDefined()
    expect({ ...make(), connect }.portable).toBeUndefined()
    expect(Object.assign(make(), { connect }).portable).toBeUndefined()
  }
})
