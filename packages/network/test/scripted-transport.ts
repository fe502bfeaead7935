import type { ByteStream, ConnectTarget, Transport } from '../src/transport.js'

type Accept = (stream: FakeStream) => void

/** A transport in memory. Whoever has not been told to listen refuses. */
export class ScriptedTransport implements Transport {
  /** Every attempt to connect, as `host:port`, in order. */
  readonly attempts: string[] = []
  readonly streams: FakeStream[] = []
  readonly #listeners = new Map<string, Accept | 'hang' | Error>()

  listen(address: string, accept: Accept): void {
    this.#listeners.set(address, accept)
  }

  /** Never answers, as a firewall that drops packets. */
  hang(address: string): void {
    this.#listeners.set(address, 'hang')
  }

  refuse(address: string, error = new Error(`connect ECONNREFUSED ${address}`)): void {
    this.#listeners.set(address, error)
  }

  async connect({ host, port, signal }: ConnectTarget): Promise<ByteStream> {
    const address = `${host}:${port}`
    this.attempts.push(address)
    const behaviour = this.#listeners.get(address) ?? new Error(`connect ECONNREFUSED ${address}`)
    if (behaviour instanceof Error) throw behaviour
    if (behaviour === 'hang') return rejectedOnAbort(signal)
    const stream = new FakeStream(address)
    this.streams.push(stream)
    behaviour(stream)
    return stream
  }

  get open(): readonly FakeStream[] {
    return this.streams.filter((stream) => !stream.closed)
  }
}

function rejectedOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error))
  })
}

/** One connection; the client holds one end, a script the other. */
export class FakeStream implements ByteStream {
  readonly encrypted = false
  readonly address: string
  remote?: { address: string; port: number }
  /** Each call of `write`, as its chunks. */
  readonly writes: (readonly Uint8Array[])[] = []
  closed = false
  /** False as a socket whose buffers are full. */
  accepts = true
  /** False keeps what was written from being flushed. */
  flushes = true
  /** False as a stream that takes its time to close. */
  closes = true
  onBytes: (bytes: Uint8Array) => void = () => {}
  #data: (chunk: Uint8Array) => void = () => {}
  #drain: () => void = () => {}
  #close: (error?: Error) => void = () => {}
  #unflushed: ((error?: Error) => void)[] = []
  #destroyed = false

  constructor(address: string) {
    this.address = address
  }

  write(chunks: readonly Uint8Array[], onFlushed: (error?: Error) => void): boolean {
    this.writes.push(chunks)
    this.#unflushed.push(onFlushed)
    queueMicrotask(() => {
      if (this.closed) return
      if (this.flushes) this.flush()
      this.onBytes(Buffer.concat(chunks))
    })
    return this.accepts
  }

  onData(listener: (chunk: Uint8Array) => void): void {
    this.#data = listener
  }

  onDrain(listener: () => void): void {
    this.#drain = listener
  }

  onClose(listener: (error?: Error) => void): void {
    this.#close = listener
  }

  destroy(): void {
    this.#destroyed = true
    if (this.closes) queueMicrotask(() => this.hangUp())
  }

  get destroyed(): boolean {
    return this.#destroyed
  }

  /** The peer's bytes arrive. */
  deliver(bytes: Uint8Array): void {
    if (!this.closed) this.#data(bytes)
  }

  drain(): void {
    this.accepts = true
    this.#drain()
  }

  flush(error?: Error): void {
    for (const flushed of this.#unflushed.splice(0)) flushed(error)
  }

  /** The connection ends, whoever wanted it. */
  hangUp(error?: Error): void {
    if (this.closed) return
    this.closed = true
    this.#close(error)
    this.flush(new Error('closed'))
  }
}
