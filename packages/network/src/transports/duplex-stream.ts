import type { Duplex } from 'node:stream'
import { inMicrotask, printableThrown } from '@sluice/protocol'
import type { ByteStream, RemoteAddress } from '../transport.js'

/** Options of {@link fromDuplex}. */
export interface DuplexStreamOptions {
  /** True where nobody between the two ends can read the bytes (TLS, memory). */
  readonly encrypted: boolean
  /** The other end, where it is known. */
  readonly remote?: RemoteAddress
}

/**
 * Adapts a connected Node `Duplex` (a socket, a TLS socket, a tunnel) to a `ByteStream`. The chunks of one `write`
 * leave in one `writev` where the duplex has one. A peer that ends its half has nothing more to answer, so
 * the stream is closed then.
 */
export function fromDuplex(duplex: Duplex, options: DuplexStreamOptions): ByteStream {
  return new DuplexStream(duplex, options)
}

class DuplexStream implements ByteStream {
  readonly encrypted: boolean
  readonly remote?: RemoteAddress
  readonly #duplex: Duplex
  #dataListener: ((chunk: Uint8Array) => void) | undefined
  #drainListener: (() => void) | undefined
  #closeListener: ((error?: Error) => void) | undefined
  /** The writes whose chunks the duplex still holds. */
  readonly #open = new Set<(error?: Error | null) => void>()
  #closed = false
  #error: Error | undefined

  constructor(duplex: Duplex, options: DuplexStreamOptions) {
    this.#duplex = duplex
    this.encrypted = options.encrypted
    if (options.remote) this.remote = options.remote
    duplex.on('error', this.#onError)
    duplex.on('close', this.#onClose)
    duplex.on('end', this.#onEnd)
    duplex.on('drain', this.#onDrain)
  }

  write(chunks: readonly Uint8Array[], onFlushed: (error?: Error) => void): boolean {
    const duplex = this.#duplex
    const last = chunks.length - 1
    if (last < 0) {
      inMicrotask(onFlushed)
      return true
    }
    const flushed = (error?: Error | null): void => {
      // Node reports bytes that a TLS socket still held at its end as written. They are told as lost after the close, which
      // may say more.
      if (!error && duplex.destroyed && !this.#closed) return
      if (!this.#open.delete(flushed)) return
      const failure = error ?? (duplex.destroyed ? closedEarly() : undefined)
      guarded(this, () => onFlushed(failure))
    }
    this.#open.add(flushed)
    duplex.cork()
    for (let index = 0; index < last; index++) duplex.write(chunks[index])
    duplex.write(chunks[last], flushed)
    duplex.uncork()
    // Not the result of `write`: while corked it is false as soon as the chunks exceed the high-water mark,
    // even when `uncork` then hands all of them to the kernel at once.
    return duplex.writableLength < duplex.writableHighWaterMark
  }

  onData(listener: (chunk: Uint8Array) => void): void {
    const first = this.#dataListener === undefined
    this.#dataListener = listener
    if (first && !this.#closed) this.#duplex.on('data', this.#onData)
  }

  onDrain(listener: () => void): void {
    this.#drainListener = listener
  }

  onClose(listener: (error?: Error) => void): void {
    this.#closeListener = listener
    if (this.#closed) inMicrotask(() => listener(this.#error))
  }

  destroy(error?: Error): void {
    this.#duplex.destroy(error)
  }

  readonly #onData = (chunk: Uint8Array): void => guarded(this, () => this.#dataListener?.(chunk))

  readonly #onDrain = (): void => guarded(this, () => this.#drainListener?.())

  readonly #onEnd = (): void => this.destroy()

  readonly #onError = (error: Error): void => {
    this.#error ??= error
  }

  readonly #onClose = (): void => {
    if (this.#closed) return
    this.#closed = true
    const duplex = this.#duplex
    duplex.off('data', this.#onData)
    duplex.off('drain', this.#onDrain)
    duplex.off('end', this.#onEnd)
    duplex.off('close', this.#onClose)
    duplex.off('error', this.#onError)
    guarded(this, () => this.#closeListener?.(this.#error))
    // Not every duplex ends its open writes itself.
    for (const flushed of this.#open) flushed(this.#error ?? closedEarly())
  }
}

function closedEarly(): Error {
  return new Error('the stream was closed before all was written')
}

/** A listener that throws ends its own stream, not the process. */
function guarded(stream: ByteStream, run: () => void): void {
  try {
    run()
  } catch (error) {
    stream.destroy(error instanceof Error ? error : new Error(printableThrown(error)))
  }
}
