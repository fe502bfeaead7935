import { Buffer } from 'node:buffer'
import { KafkaError } from '../errors.js'
import { bytesOfUuid } from './uuid.js'
import { maxVarintBytes, maxVarlongBytes, writeVarlong } from './varint.js'

/**
 * Writes Kafka's primitive types, big endian, into buffers it adds as needed. Large byte strings can be put
 * between them without a copy, so that what is finished is a list of chunks for one vectored write.
 */
export class ByteWriter {
  readonly #chunks: Uint8Array[] = []
  #closedBytes = 0
  #buffer: Buffer
  /** Where in `#buffer` the chunk that is being written starts. */
  #start = 0
  #position = 0

  /** @param initialBytes - size of the first buffer */
  constructor(initialBytes = 256) {
    this.#buffer = Buffer.allocUnsafe(initialBytes)
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#closedBytes + this.#position - this.#start
  }

  /** A signed byte. */
  int8(value: number): void {
    const at = this.#reserve(1)
    this.#buffer[at] = value
  }

  /** One byte: 1 for true. */
  bool(value: boolean): void {
    this.int8(value ? 1 : 0)
  }

  /** A signed number of 2 bytes. */
  int16(value: number): void {
    const at = this.#reserve(2)
    this.#buffer.writeInt16BE(value, at)
  }

  /** A signed number of 4 bytes. */
  int32(value: number): void {
    const at = this.#reserve(4)
    this.#buffer.writeInt32BE(value, at)
  }

  /** A number of 4 bytes, 0 to 2³² − 1. */
  uint32(value: number): void {
    const at = this.#reserve(4)
    this.#buffer.writeUInt32BE(value, at)
  }

  /** A signed number of 8 bytes. */
  int64(value: bigint): void {
    const at = this.#reserve(8)
    this.#buffer.writeBigInt64BE(value, at)
  }

  /** 0 to 2³² − 1. */
  unsignedVarint(value: number): void {
    let at = this.#reserve(maxVarintBytes)
    let rest = value
    while (rest > 0x7f) {
      this.#buffer[at++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    this.#buffer[at++] = rest
    this.#position = at
  }

  /** Zigzag, 32 bits. */
  varint(value: number): void {
    this.unsignedVarint(((value << 1) ^ (value >> 31)) >>> 0)
  }

  /** Zigzag, 64 bits, of a safe integer. */
  varlong(value: number): void {
    const at = this.#reserve(maxVarlongBytes)
    this.#position = writeVarlong(this.#buffer, at, value)
  }

  /** @throws KafkaError INVALID_ARGUMENT where the text is not a canonical UUID */
  uuid(value: string): void {
    const bytes = bytesOfUuid(value)
    const at = this.#reserve(16)
    this.#buffer.set(bytes, at)
  }

  /** @throws KafkaError INVALID_ARGUMENT over 32 767 bytes of UTF-8 */
  string(value: string): void {
    const length = Buffer.byteLength(value)
    if (length > 0x7fff) throw tooLong(length)
    this.int16(length)
    this.#text(value, length)
  }

  /** As `string`; the length −1 is null. */
  nullableString(value: string | null): void {
    if (value === null) this.int16(-1)
    else this.string(value)
  }

  /** Text behind its length plus 1 as an unsigned varint. */
  compactString(value: string): void {
    const length = Buffer.byteLength(value)
    if (length > 0x7fff) throw tooLong(length)
    this.unsignedVarint(length + 1)
    this.#text(value, length)
  }

  /** As `compactString`; 0 is null. */
  compactNullableString(value: string | null): void {
    if (value === null) this.unsignedVarint(0)
    else this.compactString(value)
  }

  /** Bytes behind their length of 4 bytes, copied. */
  bytes(value: Uint8Array): void {
    this.int32(value.length)
    this.raw(value)
  }

  /** As `bytes`; the length −1 is null. */
  nullableBytes(value: Uint8Array | null): void {
    if (value === null) this.int32(-1)
    else this.bytes(value)
  }

  /** Bytes behind their length plus 1 as an unsigned varint, copied. */
  compactBytes(value: Uint8Array): void {
    this.unsignedVarint(value.length + 1)
    this.raw(value)
  }

  /** As `compactBytes`; 0 is null. */
  compactNullableBytes(value: Uint8Array | null): void {
    if (value === null) this.unsignedVarint(0)
    else this.compactBytes(value)
  }

  /** Copies bytes, without a length. */
  raw(value: Uint8Array): void {
    const at = this.#reserve(value.length)
    this.#buffer.set(value, at)
  }

  /** Puts bytes here without a copy and without a length: they must not change until all is written out. */
  chunk(value: Uint8Array): void {
    this.#closeChunk()
    if (value.length === 0) return
    this.#chunks.push(value)
    this.#closedBytes += value.length
  }

  /** What was written, in order. The writer must not be used again. */
  finish(): Uint8Array[] {
    this.#closeChunk()
    return this.#chunks
  }

  #text(value: string, length: number): void {
    const at = this.#reserve(length)
    this.#buffer.write(value, at, 'utf8')
  }

  #reserve(length: number): number {
    if (this.#position + length > this.#buffer.length) this.#nextBuffer(length)
    const at = this.#position
    this.#position = at + length
    return at
  }

  #closeChunk(): void {
    if (this.#position === this.#start) return
    this.#chunks.push(this.#buffer.subarray(this.#start, this.#position))
    this.#closedBytes += this.#position - this.#start
    this.#start = this.#position
  }

  /** What is written stays where it is, as a chunk of its own, instead of being copied to a larger buffer. */
  #nextBuffer(length: number): void {
    this.#closeChunk()
    this.#buffer = Buffer.allocUnsafe(Math.max(2 * this.#buffer.length, length))
    this.#start = 0
    this.#position = 0
  }
}

function tooLong(length: number): KafkaError {
  return new KafkaError(
    'INVALID_ARGUMENT',
    `a string of ${length} bytes, at most 32767 are possible`,
  )
}
