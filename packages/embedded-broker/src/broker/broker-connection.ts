import { ConnectionEnd } from '../intercepted-call.js'
import type { EmbeddedClientStream } from '../listening/client-stream.js'
import { FrameReader } from './frame-reader.js'

/** What a connection needs of its broker. */
export interface BrokerConnectionDeps {
  /** Answers one request; null is no answer. An error that it throws closes the connection. */
  serve(frame: Uint8Array, signal: AbortSignal): Promise<Uint8Array[] | null>
  /** Hears why the broker closes the connection. */
  refused(error: unknown): void
  /** The connection is closed. */
  closed(): void
}

/** How many bytes may wait behind the request that is being answered. With more, the stream is not read. */
const maxBufferedBytes = 1_048_576

/** One client's connection. Its requests are answered one after the other, in the order they came (as in Kafka). */
export class BrokerConnection {
  readonly #stream: EmbeddedClientStream
  readonly #deps: BrokerConnectionDeps
  readonly #frames = new FrameReader()
  readonly #closing = new AbortController()
  readonly #over: Promise<void>
  #serving = false
  #ended = false
  /** Ends the wait for room in the stream. */
  #roomy: () => void = () => {}

  constructor(stream: EmbeddedClientStream, deps: BrokerConnectionDeps) {
    this.#stream = stream
    this.#deps = deps
    stream.onData((chunk) => this.#receive(chunk))
    stream.onDrain(() => this.#roomy())
    this.#over = new Promise((resolve) =>
      stream.onClose(() => {
        this.#closing.abort()
        this.#roomy()
        deps.closed()
        resolve()
      }),
    )
  }

  /** Resolves when the connection is closed. */
  async close(): Promise<void> {
    this.#stream.destroy()
    await this.#over
  }

  #receive(chunk: Uint8Array): void {
    if (this.#ended) return
    this.#frames.push(chunk)
    if (!this.#serving) void this.#serveAll()
    else if (this.#frames.buffered > maxBufferedBytes) this.#stream.pause()
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
      this.#stream.resume()
      this.#serving = false
    } catch (error) {
      this.#end(error)
    }
  }

  /** Ends the connection. No further request is served, for `#serving` stays true. */
  #end(error: unknown): void {
    this.#ended = true
    if (error instanceof ConnectionEnd) {
      if (error.reset) this.#stream.destroy({ reset: true })
      else this.#stream.end()
      return
    }
    if (!this.#closing.signal.aborted) this.#deps.refused(error)
    this.#stream.destroy()
  }

  async #answer(frame: Uint8Array): Promise<void> {
    const chunks = await this.#deps.serve(frame, this.#closing.signal)
    if (chunks === null || this.#closing.signal.aborted) return
    if (!this.#stream.write(chunks)) await this.#room()
  }

  /** Resolves when there is room, or at the end of the connection. */
  #room(): Promise<void> {
    return new Promise((resolve) => {
      this.#roomy = resolve
    })
  }
}
