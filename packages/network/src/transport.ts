import type { Portable } from '@sluice/protocol'

/** Opens byte streams to brokers: plain TCP by default, or whatever a team needs (a proxy, a tunnel, memory). */
export interface Transport {
  /** How to make the transport again in another thread; absent where it can be made only in this one. */
  readonly portable?: Portable
  /** Resolves names and tries every address itself. Rejects when none answers, or when `signal` aborts. */
  connect(target: ConnectTarget): Promise<ByteStream>
}

export interface ConnectTarget {
  readonly host: string
  readonly port: number
  readonly signal: AbortSignal
}

/**
 * A connected, ordered, two-way stream of bytes. `onClose` fires once, also after `destroy`; from then on no chunk is
 * read any more. No listener is called before `write` or `destroy` has returned. What comes before anybody listens waits.
 */
export interface ByteStream {
  /** True where nobody between the two ends can read along. */
  readonly encrypted: boolean
  /** The other end, where the stream is a socket that knows it. Lets the client see that two names mean one broker. */
  readonly remote?: { readonly address: string; readonly port: number }
  /**
   * Writes the chunks in order, in one system call where the stream can. They belong to the stream
   * until `onFlushed`: nobody changes or reuses them before. It is called once, with an error where the stream was closed
   * earlier.
   * @returns false when the caller should wait for `onDrain`.
   */
  write(chunks: readonly Uint8Array[], onFlushed: (error?: Error) => void): boolean
  onData(listener: (chunk: Uint8Array) => void): void
  onDrain(listener: () => void): void
  onClose(listener: (error?: Error) => void): void
  destroy(error?: Error): void
}
