import { once } from 'node:events'
import { createServer, type AddressInfo, type Server } from 'node:net'
import type { Duplex } from 'node:stream'
import { createServer as createTlsServer } from 'node:tls'
import type { Certificate } from '../../../../test/certificates.js'
import { memoryTransport, type RigListener, type TransportRig } from '../../src/testing.js'
import { tcpTransport } from '../../src/transports/tcp.js'
import { tlsTransport } from '../../src/transports/tls.js'

export function tcpRig(): TransportRig {
  return {
    transport: tcpTransport(),
    listen: (accept) => listening(createServer({ allowHalfOpen: false }, accept)),
  }
}

export function tlsRig(ca: Certificate, server: Certificate): TransportRig {
  return {
    transport: tlsTransport({ ca: ca.cert }),
    listen: (accept) => listening(createTlsServer(server, accept)),
  }
}

export function memoryRig(): TransportRig {
  const transport = memoryTransport()
  return {
    transport,
    async listen(accept: (peer: Duplex) => void) {
      return { host: 'memory', port: 1, close: transport.listen('memory', 1, accept) }
    },
  }
}

async function listening(server: Server): Promise<RigListener> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { host: '127.0.0.1', port, close: () => void server.close() }
}
