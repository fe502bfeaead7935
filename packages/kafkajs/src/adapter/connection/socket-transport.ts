import { isIP, type Socket } from 'node:net'
import tls from 'node:tls'
import {
  type ByteStream,
  fromDuplex,
  tcpTransport,
  tlsTransport,
  type Transport,
} from '@sluice/network'
import type { ISocketFactory, KafkaConfig } from 'kafkajs-original'

const keepAliveMs = 60_000

/** How connections are opened: by the factory of the program, or as kafkajs does it. The time is for the connection alone. */
export function transportOf(config: KafkaConfig, connectionTimeoutMs: number): Transport {
  return inTime(openerOf(config), connectionTimeoutMs)
}

function openerOf({ ssl, socketFactory }: KafkaConfig): Transport {
  if (socketFactory !== undefined) return factoryTransport(socketFactory, ssl)
  if (!ssl) return tcpTransport({ keepAliveDelayMs: keepAliveMs })
  if (ssl === true) return tlsTransport(true, { keepAliveDelayMs: keepAliveMs })
  // Options of node:tls that `tls` of the network does not have, too.
  return factoryTransport(tlsSocket, ssl)
}

const tlsSocket: ISocketFactory = ({ host, port, ssl, onConnect }) => {
  const servername = isIP(host) === 0 ? { servername: host } : {}
  const socket = tls.connect({ host, port, ...servername, ...ssl }, onConnect)
  return socket.setKeepAlive(true, keepAliveMs)
}

function factoryTransport(socketFactory: ISocketFactory, ssl: KafkaConfig['ssl']): Transport {
  return {
    connect: ({ host, port, signal }) =>
      new Promise<ByteStream>((resolve, reject) => {
        const fail = (error: Error): void => {
          reject(error)
          socket.destroy()
        }
        const onAbort = (): void => fail(signal.reason as Error)
        const onConnect = (): void => {
          // From now on the socket is the stream's: the time for connecting must not end it.
          signal.removeEventListener('abort', onAbort)
          socket.off('error', fail)
          resolve(fromDuplex(socket.unref(), { encrypted: !!ssl }))
        }
        // What the factory was given by kafkajs, whatever its types say: `true`, options or nothing.
        const options = ssl as tls.ConnectionOptions
        const socket: Socket = socketFactory({ host, port, ssl: options, onConnect })
        socket.setNoDelay(true)
        socket.once('error', fail)
        signal.addEventListener('abort', onAbort)
      }),
  }
}

function inTime(transport: Transport, ms: number): Transport {
  return {
    async connect({ host, port, signal }) {
      const timeout = AbortSignal.timeout(ms)
      try {
        return await transport.connect({ host, port, signal: AbortSignal.any([signal, timeout]) })
      } catch (error) {
        if (timeout.aborted && !signal.aborted)
          // Without a cause: the message is what kafkajs says.
          // oxlint-disable-next-line preserve-caught-error
          throw new Error('Connection timeout')
        throw error
      }
    },
  }
}
