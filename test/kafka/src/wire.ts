/** Encoders for the primitives of Kafka's older, non-flexible messages, and for short values of the flexible ones. */
export const encode = {
  boolean: (value: boolean): Buffer => Buffer.of(value ? 1 : 0),
  int16: (value: number): Buffer => filled(2, (bytes) => bytes.writeInt16BE(value)),
  int32: (value: number): Buffer => filled(4, (bytes) => bytes.writeInt32BE(value)),
  int64: (value: bigint): Buffer => filled(8, (bytes) => bytes.writeBigInt64BE(value)),
  string: (value: string): Buffer =>
    Buffer.concat([encode.int16(Buffer.byteLength(value)), Buffer.from(value)]),
  array: (items: readonly Buffer[]): Buffer =>
    Buffer.concat([encode.int32(items.length), ...items]),
  int8: (value: number): Buffer => filled(1, (bytes) => bytes.writeInt8(value)),
  compactString: (value: string): Buffer =>
    Buffer.concat([shortLength(Buffer.byteLength(value)), Buffer.from(value)]),
  compactArray: (items: readonly Buffer[]): Buffer =>
    Buffer.concat([shortLength(items.length), ...items]),
  noTags: Buffer.of(0),
}

/** Reads the same primitives, in order. */
export class WireReader {
  readonly #bytes: Buffer
  #offset = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  boolean(): boolean {
    return this.#bytes.readInt8(this.#advance(1)) !== 0
  }

  int16(): number {
    return this.#bytes.readInt16BE(this.#advance(2))
  }

  int32(): number {
    return this.#bytes.readInt32BE(this.#advance(4))
  }

  int64(): bigint {
    return this.#bytes.readBigInt64BE(this.#advance(8))
  }

  /** A null string reads as the empty one. */
  string(): string {
    const length = Math.max(this.int16(), 0)
    const start = this.#advance(length)
    return this.#bytes.toString('utf8', start, start + length)
  }

  array<T>(item: () => T): T[] {
    return Array.from({ length: this.int32() }, item)
  }

  /** Up to 126 bytes; null reads as the empty one. */
  compactString(): string {
    const length = this.#shortLength()
    const start = this.#advance(length)
    return this.#bytes.toString('utf8', start, start + length)
  }

  compactArray<T>(item: () => T): T[] {
    return Array.from({ length: this.#shortLength() }, item)
  }

  /** There must be none. */
  tags(): void {
    if (this.#bytes.readUInt8(this.#advance(1)) !== 0) throw new Error('Tags are not read here.')
  }

  #shortLength(): number {
    const length = this.#bytes.readUInt8(this.#advance(1))
    if (length > 127) throw new Error('This is too long for this reader.')
    return Math.max(length - 1, 0)
  }

  #advance(length: number): number {
    const start = this.#offset
    this.#offset += length
    return start
  }
}

/** A varint of one byte. */
function shortLength(length: number): Buffer {
  if (length > 126) throw new Error(`${length} is too long for this encoder.`)
  return Buffer.of(length + 1)
}

function filled(size: number, fill: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.alloc(size)
  fill(bytes)
  return bytes
}
