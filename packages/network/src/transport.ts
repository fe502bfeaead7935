import type { Portable } from '@sluice/protocol'

/** Opens byte streams to brokers: plain TCP by default, or whatever a team needs (a proxy, a tunnel, memory). */
export interface Transport {
  /** How to make the transport again in another thread; absent where it can be made only in this one. */
  readonly portable?: Portable
  /** Resolves names and tries every address itself. Rejects when no address answers, or when `signal` aborts. */
  connect(target: ConnectTarget): Promise<ByteStream>
}

/** The server to connect to. */
export interface ConnectTarget {
  /** A name or an address. The name may come from the metadata, so from a broker. */
  readonly host: string
  /** 1 to 65535. */
  readonly port: number
  /** Aborts when the set-up of the connection takes too long, or the client is closed. */
  readonly signal: AbortSignal
}

/**
 * A connected, ordered, two-way stream of bytes. `onClose` fires once, also after `destroy`; from then on no chunk is
 * read any more. No listener is called before `write` or `destroy` has returned. Bytes that come before there is a listener
 * wait for it.
 */
export interface ByteStream {
  /** True where nobody between the two ends can read the bytes. */
  readonly encrypted: boolean
  /** The other end, where the stream is a socket that knows it. It shows the client that two names mean one broker. */
  readonly remote?: RemoteAddress
  /**
   * Writes the chunks in order, in one system call where the stream can. They belong to the stream until `onFlushed`, and
   * are not changed or used again before. `onFlushed` is called once, with an error where the stream was closed earlier.
   * @returns false when the caller should wait for `onDrain`
   */
  write(chunks: readonly Uint8Array[], onFlushed: (error?: Error) => void): boolean
  /** Sets the listener for bytes that come. */
  onData(listener: (chunk: Uint8Array) => void): void
  /** Sets the listener that is called when there is room again after a `write` that returned false. */
  onDrain(listener: () => void): void
  /** Sets the listener for the end of the stream, with the reason where the stream has failed. */
  onClose(listener: (error?: Error) => void): void
  /** Ends the stream now. Writes that are not finished get an error. */
  destroy(error?: Error): void
}

/** An end of a socket. */
export interface RemoteAddress {
  /** The IP address. */
  readonly address: string
  /** 1 to 65535. */
  readonly port: number
}
