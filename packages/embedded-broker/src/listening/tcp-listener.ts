import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import type { EmbeddedClientStream, EmbeddedListen } from './client-stream.js'

const host = '127.0.0.1'

/** Listens on the loopback address. The system chooses the port of the first start. */
export const listenOnLoopback: EmbeddedListen = async (_nodeId, port, accept) => {
  const server = createServer((socket) => accept(new SocketStream(socket)))
  server.listen({ host, port })
  await once(server, 'listening')
  return {
    host,
    port: (server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  }
}

class SocketStream implements EmbeddedClientStream {
  readonly #socket: Socket

  constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    // A reset needs no handling here, for 'close' follows.
    socket.on('error', () => {})
  }

  onData(listener: (chunk: Uint8Array) => void): void {
    this.#socket.on('data', listener)
  }

  onDrain(listener: () => void): void {
    this.#socket.on('drain', listener)
  }

  onClose(listener: () => void): void {
    this.#socket.on('close', () => listener())
  }

  write(chunks: readonly Uint8Array[]): boolean {
    this.#socket.cork()
    for (const chunk of chunks) this.#socket.write(chunk)
    this.#socket.uncork()
    return !this.#socket.writableNeedDrain
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  end(): void {
    // Read on, so that the client gets every answer before the end: closing with bytes unread would be a reset.
    this.#socket.end().resume()
  }

  destroy({ reset = false }: { readonly reset?: boolean } = {}): void {
    if (reset) this.#socket.resetAndDestroy()
    else this.#socket.destroy()
  }
}
