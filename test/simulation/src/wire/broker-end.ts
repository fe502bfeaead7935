import { Buffer } from 'node:buffer'
import type { EmbeddedClientStream } from '@sluice/embedded-broker'
import type { Pipe } from './pipe.js'

/** What the broker's end needs. */
export interface BrokerEndDeps {
  /** Leads to the client. */
  readonly pipe: Pipe
  /** Comes from the client. */
  readonly incoming: Pipe
  /** Calls later. */
  soon(run: () => void): void
  /** The broker has destroyed the stream. */
  destroyed(reset: boolean): void
  /** The broker writes nothing more. */
  ended(): void
  /** The broker has heard of the end. */
  closed(): void
}

/** The broker's end of a connection. It has room for every answer. */
export class BrokerEnd implements EmbeddedClientStream {
  readonly #deps: BrokerEndDeps
  #onData: (chunk: Uint8Array) => void = () => {}
  #onClose: () => void = () => {}
  #isOver = false
  #isEnded = false

  constructor(deps: BrokerEndDeps) {
    this.#deps = deps
  }

  onData(listener: (chunk: Uint8Array) => void): void {
    this.#onData = listener
  }

  onDrain(): void {}

  onClose(listener: () => void): void {
    this.#onClose = listener
  }

  write(chunks: readonly Uint8Array[]): boolean {
    if (!this.#isOver && !this.#isEnded) this.#deps.pipe.write(Buffer.concat(chunks))
    return true
  }

  pause(): void {
    this.#deps.incoming.pause()
  }

  resume(): void {
    this.#deps.incoming.resume()
  }

  end(): void {
    if (this.#isOver || this.#isEnded) return
    this.#isEnded = true
    this.#deps.ended()
  }

  destroy({ reset = false }: { readonly reset?: boolean } = {}): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#deps.destroyed(reset)
    this.#deps.soon(() => this.#tellClosed())
  }

  receive(chunk: Buffer): void {
    if (!this.#isOver) this.#onData(chunk)
  }

  /** The other end, or the way, has ended the connection. */
  close(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#tellClosed()
  }

  #tellClosed(): void {
    this.#deps.closed()
    this.#onClose()
  }
}
