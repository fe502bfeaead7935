import { once } from 'node:events'
import type { Socket } from 'node:net'
import { ConnectionEnd } from '../intercepted-call.js'
import { FrameReader } from './frame-reader.js'

/** Answers one request; null is no answer. An error that it throws closes the connection. */
export type Serve = (frame: Uint8Array, signal: AbortSignal) => Promise<Uint8Array[] | null>

/** How many bytes may wait behind the request that is being answered. With more, the socket is not read. */
const maxBufferedBytes = 1_048_576

/** One client's connection. Its requests are answered one after the other, in the order they came (as in Kafka). */
export class BrokerConnection {
  readonly #socket: Socket
  readonly #serve: Serve
  readonly #onRefused: (error: unknown) => void
  readonly #frames = new FrameReader()
  readonly #closing = new AbortController()
  #serving = false

  /**
   * @param onRefused Hears why the broker closes the connection.
   */
  constructor(socket: Socket, serve: Serve, onRefused: (error: unknown) => void) {
    this.#socket = socket
    this.#serve = serve
    this.#onRefused = onRefused
    socket.setNoDelay(true)
    socket.on('data', (chunk) => this.#receive(chunk))
    // A reset needs no handling here, for 'close' follows.
    socket.on('error', () => {})
    socket.on('close', () => this.#closing.abort())
  }

  /** Resolves when the connection is closed. */
  async close(): Promise<void> {
    if (this.#socket.closed) return
    const closed = once(this.#socket, 'close')
    this.#socket.destroy()
    await closed
  }

  #receive(chunk: Buffer): void {
    if (this.#socket.writableEnded) return
    this.#frames.push(chunk)
    if (!this.#serving) void this.#serveAll()
    else if (this.#frames.buffered > maxBufferedBytes) this.#socket.pause()
  }

  /** Never rejects. */
  async #serveAll(): Promise<void> {
    this.#serving = true
    try {
      let frame = this.#frames.next()
      while (frame !== null && !this.#closing.signal.aborted) {
        await this.#answer(frame)
        frame = this.#frames.next()
      }
      this.#socket.resume()
      this.#serving = false
    } catch (error) {
      this.#end(error)
    }
  }

  /** Ends the connection. No further request is served, for `#serving` stays true. */
  #end(error: unknown): void {
    if (error instanceof ConnectionEnd) {
      if (error.reset) this.#socket.resetAndDestroy()
      // Read on, so that the client gets every answer before the end: closing with bytes unread would be a reset.
      else this.#socket.end().resume()
      return
    }
    if (!this.#closing.signal.aborted) this.#onRefused(error)
    this.#socket.destroy()
  }

  async #answer(frame: Uint8Array): Promise<void> {
    const chunks = await this.#serve(frame, this.#closing.signal)
    if (chunks === null || this.#closing.signal.aborted) return
    this.#socket.cork()
    for (const chunk of chunks) this.#socket.write(chunk)
    this.#socket.uncork()
    if (this.#socket.writableNeedDrain) {
      await once(this.#socket, 'drain', { signal: this.#closing.signal })
    }
  }
}
