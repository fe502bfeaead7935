/** Finds the requests in the bytes that one connection writes: a length of 4 bytes, the API's key of 2, the rest. */
export class RequestCounter {
  readonly #onRequest: (apiKey: number) => void
  readonly #head = Buffer.alloc(6)
  #headBytes = 0
  /** Bytes of the current request that are still to come. */
  #rest = 0

  constructor(onRequest: (apiKey: number) => void) {
    this.#onRequest = onRequest
  }

  /** Chunks end anywhere, also within a head. */
  add(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length;) {
      at += this.#rest > 0 ? this.#skip(chunk.length - at) : this.#fillHead(chunk[at]!)
    }
  }

  #skip(available: number): number {
    const skipped = Math.min(available, this.#rest)
    this.#rest -= skipped
    return skipped
  }

  #fillHead(byte: number): number {
    this.#head[this.#headBytes++] = byte
    if (this.#headBytes === this.#head.length) this.#endHead()
    return 1
  }

  #endHead(): void {
    this.#headBytes = 0
    this.#rest = this.#head.readInt32BE(0) - 2
    this.#onRequest(this.#head.readInt16BE(4))
  }
}
