const prefixBytes = 4
const correlationIdBytes = 4
const firstBufferBytes = 65_536

/**
 * Cuts the bytes of a connection into frames (a length of four bytes, then as many bytes). The length is checked
 * before anything is kept, and memory grows with the bytes that have arrived, not with the announced length: each byte is
 * copied a constant number of times, whether the peer sends single bytes or many frames at once.
 */
export class FrameSplitter {
  /** The longest frame that is accepted now. */
  limit: number
  readonly #onFrame: (frame: Uint8Array) => void
  readonly #onBadLength: (length: number, limit: number) => void
  #stopped = false
  #length = 0
  #prefixRead = 0
  #frame: Uint8Array | null = null
  #frameRead = 0

  constructor(
    limit: number,
    onFrame: (frame: Uint8Array) => void,
    onBadLength: (length: number, limit: number) => void,
  ) {
    this.limit = limit
    this.#onFrame = onFrame
    this.#onBadLength = onBadLength
  }

  push(chunk: Uint8Array): void {
    let offset = 0
    while (offset < chunk.length && !this.#stopped) {
      offset +=
        this.#prefixRead < prefixBytes
          ? this.#readPrefix(chunk, offset)
          : this.#readFrame(chunk, offset)
    }
  }

  /** From now on nothing is read, not even the rest of the present chunk. */
  stop(): void {
    this.#stopped = true
    this.#frame = null
  }

  #readPrefix(chunk: Uint8Array, offset: number): number {
    const count = Math.min(prefixBytes - this.#prefixRead, chunk.length - offset)
    for (let index = offset; index < offset + count; index++) {
      this.#length = (this.#length << 8) | (chunk[index] as number)
    }
    this.#prefixRead += count
    if (this.#prefixRead === prefixBytes) this.#checkLength()
    return count
  }

  #checkLength(): void {
    if (this.#length >= correlationIdBytes && this.#length <= this.limit) return
    this.stop()
    this.#onBadLength(this.#length, this.limit)
  }

  #readFrame(chunk: Uint8Array, offset: number): number {
    const wanted = this.#length - this.#frameRead
    const count = Math.min(wanted, chunk.length - offset)
    if (count === this.#length) {
      this.#complete(chunk.subarray(offset, offset + count))
      return count
    }
    const frame = this.#room(count)
    frame.set(chunk.subarray(offset, offset + count), this.#frameRead)
    this.#frameRead += count
    if (count === wanted) this.#complete(frame.subarray(0, this.#length))
    return count
  }

  /** The buffer of the incomplete frame, with room for so many bytes more. */
  #room(bytes: number): Uint8Array {
    const needed = this.#frameRead + bytes
    const current = this.#frame
    if (current !== null && current.length >= needed) return current
    const capacity = Math.max(needed, current === null ? firstBufferBytes : current.length * 2)
    const grown = new Uint8Array(Math.min(this.#length, capacity))
    if (current !== null) grown.set(current.subarray(0, this.#frameRead))
    this.#frame = grown
    return grown
  }

  #complete(frame: Uint8Array): void {
    this.#length = 0
    this.#prefixRead = 0
    this.#frame = null
    this.#frameRead = 0
    this.#onFrame(frame)
  }
}
