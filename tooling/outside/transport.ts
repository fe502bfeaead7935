import { connect, type Socket } from 'node:net'
import type { ByteStream, Transport } from '@sluice/network'

/** A transport as a user writes it: plain TCP that counts its connections and the bytes it writes. */
export function countingTransport(): Transport & { connections: number; bytesWritten: number } {
  const transport = {
    connections: 0,
    bytesWritten: 0,
    connect: async ({
      host,
      port,
      signal,
    }: {
      host: string
      port: number
      signal: AbortSignal
    }) => {
      const socket = connect({ host, port, signal, noDelay: true })
      await new Promise((resolve, reject) => {
        socket.once('connect', resolve).once('error', reject)
      })
      transport.connections += 1
      return streamOf(socket, (bytes) => (transport.bytesWritten += bytes))
    },
  }
  return transport
}

function streamOf(socket: Socket, onWrite: (bytes: number) => void): ByteStream {
  let failure: Error | undefined
  socket.on('error', (error) => (failure = error))
  return {
    encrypted: false,
    write(chunks, onFlushed) {
      const bytes = Buffer.concat(chunks)
      onWrite(bytes.length)
      return socket.write(bytes, (error) => onFlushed(error ?? undefined))
    },
    onData: (listener) => void socket.on('data', listener),
    onDrain: (listener) => void socket.on('drain', listener),
    onClose: (listener) => void socket.on('close', () => listener(failure)),
    destroy: (error) => void socket.destroy(error),
  }
}
