import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer, type TLSSocket, type TlsOptions } from 'node:tls'
import type { EmbeddedClientStream, EmbeddedListen } from '@sluice/embedded-broker'

/** Listens for TLS on the loopback address, as the brokers of a cluster that is not open to all do. */
export function listenForTls(options: TlsOptions): EmbeddedListen {
  return async (_nodeId, port, accept) => {
    const server = createServer(options, (socket) => accept(streamOf(socket)))
    server.listen({ host: '127.0.0.1', port })
    await once(server, 'listening')
    return {
      host: '127.0.0.1',
      port: (server.address() as AddressInfo).port,
      close: () => new Promise((resolve) => void server.close(() => resolve())),
    }
  }
}

function streamOf(socket: TLSSocket): EmbeddedClientStream {
  socket.on('error', () => {})
  return {
    onData: (listener) => void socket.on('data', listener),
    onDrain: (listener) => void socket.on('drain', listener),
    onClose: (listener) => void socket.on('close', () => listener()),
    write: (chunks) => {
      for (const chunk of chunks) socket.write(chunk)
      return !socket.writableNeedDrain
    },
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    end: () => void socket.end().resume(),
    destroy: () => void socket.destroy(),
  }
}
