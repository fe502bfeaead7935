import { once } from 'node:events'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { transportConformance, type RigListener } from '@sluice/network/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Authority, type Certificate } from '../../../test/certificates.js'
import { httpProxyTransport } from '../src/http-proxy-transport.js'
import { startProxy, type ProxyProcess } from './proxy-process.js'

let proxy: ProxyProcess
let authority: Authority
let broker: Certificate

beforeAll(async () => {
  proxy = await startProxy()
  authority = await Authority.create()
  broker = await authority.issue({ name: 'broker' })
})
afterAll(() => proxy.stop())

async function listening(server: Server): Promise<RigListener> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { host: '127.0.0.1', port, close: () => void server.close() }
}

describe('through a proxy', () => {
  transportConformance(test, () => ({
    transport: httpProxyTransport({ proxy: proxy.url }),
    listen: (accept) => listening(createServer(accept)),
  }))
})

describe('with TLS through a proxy', () => {
  transportConformance(test, () => ({
    transport: httpProxyTransport({ proxy: proxy.url, tls: { ca: authority.cert } }),
    listen: (accept) => listening(createTlsServer(broker, accept)),
  }))
})

test('a proxy that wants other credentials is an error that shows none', async () => {
  const transport = httpProxyTransport({ proxy: `http://orders:canary@127.0.0.1:${proxy.port}` })
  const { signal } = new AbortController()
  const connecting = transport.connect({ host: 'kafka.example', port: 9092, signal })
  await expect(connecting).rejects.toThrow('the proxy answered 407 to CONNECT kafka.example:9092')
  await expect(connecting).rejects.not.toThrow('canary')
})
