import { Buffer } from 'node:buffer'
import type { ByteStream } from '@sluice/network'
import type { Pipe } from './pipe.js'
import type { WireTap } from './wire-tap.js'

/** What the client's end needs. */
export interface ClientEndDeps {
  /** Leads to the broker. */
  readonly pipe: Pipe
  readonly tap: WireTap
  /** Calls later, as a socket does. */
  soon(run: () => void): void
  /** The client has destroyed the stream. */
  destroyed(): void
  /** The client has heard of the end. */
  closed(): void
}

/** As much as a socket's buffer holds: with more under way the client is to wait. */
const highWaterBytes = 65_536

/** The client's end of a connection. */
export class ClientEnd implements ByteStream {
  readonly encrypted = true
  readonly #deps: ClientEndDeps
  readonly #flushes = new Set<(error?: Error) => void>()
  #onData: ((chunk: Uint8Array) => void) | undefined
  #onClose: ((error?: Error) => void) | undefined
  #early: Buffer[] = []
  #isOver = false
  #isClosed = false
  #error: Error | undefined

  constructor(deps: ClientEndDeps) {
    this.#deps = deps
  }

  write(chunks: readonly Uint8Array[], onFlushed: (error?: Error) => void): boolean {
    const { pipe, soon, tap } = this.#deps
    this.#flushes.add(onFlushed)
    if (!this.#isOver) {
      const bytes = Buffer.concat(chunks)
      tap.written(bytes)
      pipe.write(bytes)
      soon(() => {
        if (this.#flushes.delete(onFlushed)) onFlushed()
      })
    } else if (this.#isClosed) soon(() => this.#failFlushes())
    return pipe.bytes < highWaterBytes
  }

  onData(listener: (chunk: Uint8Array) => void): void {
    this.#onData = listener
    const early = this.#early
    this.#early = []
    if (early.length > 0) this.#deps.soon(() => early.forEach((chunk) => this.receive(chunk)))
  }

  onDrain(listener: () => void): void {
    this.#deps.pipe.onRoom(highWaterBytes, () => this.#deps.soon(() => this.#tell(listener)))
  }

  onClose(listener: (error?: Error) => void): void {
    this.#onClose = listener
    if (this.#isClosed) this.#deps.soon(() => listener(this.#error))
  }

  /** Whether it takes what arrives. */
  get isOpen(): boolean {
    return !this.#isOver
  }

  destroy(error?: Error): void {
    if (this.#isOver) return
    this.#deps.tap.ended()
    this.#deps.destroyed()
    this.#end(error)
  }

  receive(chunk: Buffer): void {
    if (this.#isOver) return
    if (this.#onData === undefined) this.#early.push(chunk)
    else this.#onData(chunk)
  }

  /** The other end, or the way, has ended the connection. */
  close(error?: Error): void {
    if (this.#isOver) return
    this.#deps.tap.ended()
    this.#isOver = true
    this.#closeNow(error)
  }

  #end(error: Error | undefined): void {
    this.#isOver = true
    this.#deps.soon(() => this.#closeNow(error))
  }

  #closeNow(error: Error | undefined): void {
    this.#isClosed = true
    this.#error = error
    this.#deps.closed()
    this.#onClose?.(error)
    this.#failFlushes()
  }

  #failFlushes(): void {
    const failure = this.#error ?? new Error('the stream was closed before all was written')
    for (const flushed of this.#flushes) flushed(failure)
    this.#flushes.clear()
  }

  #tell(listener: () => void): void {
    if (!this.#isOver) listener()
  }
}
