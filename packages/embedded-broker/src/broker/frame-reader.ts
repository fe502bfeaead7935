import { Buffer } from 'node:buffer'

/** Kafka's `socket.request.max.bytes`. */
const maxFrameBytes = 104_857_600

const lengthBytes = 4

/**
 * Cuts a byte stream into frames: a length of four bytes, then that many bytes. A length that no request may have is
 * refused before memory is allocated for it.
 */
export class FrameReader {
  #chunks: Buffer[] = []
  #buffered = 0
  /** Length of the frame being read, or −1 while its four bytes are awaited. */
  #wanted = -1

  /** How many bytes have arrived and are in no frame yet. */
  get buffered(): number {
    return this.#buffered
  }

  push(chunk: Uint8Array): void {
    this.#chunks.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))
    this.#buffered += chunk.length
  }

  /**
   * The next whole frame, or null while it has not arrived.
   *
   * @throws {RangeError} when the stream cannot be one of Kafka requests.
   */
  next(): Buffer | null {
    if (this.#wanted < 0) {
      if (this.#buffered < lengthBytes) return null
      this.#wanted = checkedLength(this.#take(lengthBytes).readInt32BE(0))
    }
    if (this.#buffered < this.#wanted) return null
    const frame = this.#take(this.#wanted)
    this.#wanted = -1
    return frame
  }

  #take(bytes: number): Buffer {
    if (this.#chunks.length > 1 && (this.#chunks[0]?.length ?? 0) < bytes) {
      this.#chunks = [Buffer.concat(this.#chunks, this.#buffered)]
    }
    const head = this.#chunks[0] ?? Buffer.alloc(0)
    if (head.length === bytes) this.#chunks.shift()
    else this.#chunks[0] = head.subarray(bytes)
    this.#buffered -= bytes
    return head.subarray(0, bytes)
  }
}

function checkedLength(length: number): number {
  if (length >= 0 && length <= maxFrameBytes) return length
  throw new RangeError(`a request frame of ${length} bytes (the limit is ${maxFrameBytes})`)
}
