/** The broker's end of a client's connection. No listener is called inside `write`, `end` or `destroy`. */
export interface EmbeddedClientStream {
  /** Sets the listener for bytes that come. */
  onData(listener: (chunk: Uint8Array) => void): void
  /** Sets the listener that is called when there is room again after a `write` that returned false. */
  onDrain(listener: () => void): void
  /** Sets the listener for the end of the stream, which is called once. No chunk comes after it. */
  onClose(listener: () => void): void
  /** Writes the chunks in their order. @returns false when the broker should wait for `onDrain` */
  write(chunks: readonly Uint8Array[]): boolean
  /** Reads nothing more until `resume`: the client's bytes wait on their way. */
  pause(): void
  /** Goes on reading. */
  resume(): void
  /** Ends the stream when all that was written has left. What still comes is read, and dropped. */
  end(): void
  /** Ends the stream now, by a TCP reset when `reset` is true. */
  destroy(options?: { readonly reset?: boolean }): void
}

/** A listener that was opened. */
export interface EmbeddedListener {
  /** The host that Metadata tells the clients. */
  readonly host: string
  /** The port that Metadata tells the clients. */
  readonly port: number
  /** Takes no more connections. Those that are open stay. Resolves when the connections are closed, too. */
  close(): Promise<void>
}

/**
 * Opens the listener of a broker, each time that the broker starts.
 *
 * @param nodeId - of the broker
 * @param port - that the broker had before, 0 at its first start
 * @param accept - takes each connection
 */
export type EmbeddedListen = (
  nodeId: number,
  port: number,
  accept: (client: EmbeddedClientStream) => void,
) => Promise<EmbeddedListener>
