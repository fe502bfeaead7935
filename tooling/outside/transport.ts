import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { fromDuplex, type ByteStream, type Transport } from '@sluice/network'

/** A transport as a user writes it: plain TCP that counts its connections and the bytes that it writes. */
export function countingTransport(): Transport & {
  readonly connections: number
  readonly bytesWritten: number
} {
  const sockets: Socket[] = []
  return {
    get connections() {
      return sockets.length
    },
    get bytesWritten() {
      return sockets.reduce((sum, { bytesWritten }) => sum + bytesWritten, 0)
    },
    async connect({ host, port, signal }): Promise<ByteStream> {
      signal.throwIfAborted()
      const socket = connect({ host, port, noDelay: true }).unref()
      try {
        await once(socket, 'connect', { signal })
      } catch (error) {
        socket.destroy()
        throw error
      }
      sockets.push(socket)
      return fromDuplex(socket, { encrypted: false })
    },
  }
}
