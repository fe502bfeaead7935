import { Buffer } from 'node:buffer'
import { KafkaError } from '../errors.js'
import { uuidAt } from './uuid.js'

/** Values may take ten times the memory of the bytes they are read from, and so much more: the smallest structs do. */
const memoryPerByte = 10
const freeMemoryBytes = 1_048_576
const defaultMaxMemoryBytes = 8_388_608

// What V8 takes on 64 bits. Text counts half as much again, since it takes longer to make than it takes memory.
const textBytes = 24
const memoryPerTextByte = 3
const itemsBytes = 16

/**
 * Reads Kafka's primitive types, big endian, from bytes that may be hostile: each read is checked against what
 * is left, and a length or count before anything is allocated for it. What is made of the bytes is bounded too: a
 * few bytes can be an object of a hundred, and an input of them would hold up the event loop for seconds.
 *
 * Every method throws KafkaError MALFORMED_RESPONSE, with the position, where the bytes do not hold what was
 * asked for. Byte strings are views of the input, not copies.
 */
export class ByteReader {
  readonly #bytes: Buffer
  readonly #end: number
  #position: number
  #spareMemory: number
  #view: DataView | undefined

  /**
   * Reads `bytes` from `offset` up to `end` (default: all of it).
   *
   * @param maxMemoryBytes - text and arrays may take, about, ten times the memory of the bytes there are to read, and
   * 1 MiB, but never more than this: 8 MiB if left out, which takes 15 to 40 ms to make
   */
  constructor(
    bytes: Uint8Array,
    offset = 0,
    end = bytes.length,
    maxMemoryBytes = defaultMaxMemoryBytes,
  ) {
    // A view costs more than reading a record does: slices, of which each record is one, share theirs.
    this.#bytes = Buffer.isBuffer(bytes)
      ? bytes
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#end = Math.min(end, bytes.length)
    this.#position = offset
    this.#spareMemory = Math.min(maxMemoryBytes, memoryPerByte * this.remaining + freeMemoryBytes)
  }

  /** Index in the constructor's `bytes` of what is read next. */
  get position(): number {
    return this.#position
  }

  /** Bytes not yet read. */
  get remaining(): number {
    return this.#end - this.#position
  }

  /** A signed byte. */
  int8(): number {
    return this.#bytes.readInt8(this.#advance(1))
  }

  /** One byte; any but 0 is true. */
  bool(): boolean {
    return this.int8() !== 0
  }

  /** A signed number of 2 bytes. */
  int16(): number {
    return this.#bytes.readInt16BE(this.#advance(2))
  }

  /** A signed number of 4 bytes. */
  int32(): number {
    return this.#bytes.readInt32BE(this.#advance(4))
  }

  /** A number of 4 bytes, 0 to 2³² − 1. */
  uint32(): number {
    return this.#bytes.readUInt32BE(this.#advance(4))
  }

  /** A signed number of 8 bytes. */
  int64(): bigint {
    const { buffer, byteOffset, byteLength } = this.#bytes
    // Node's own method makes four of them for one.
    this.#view ??= new DataView(buffer, byteOffset, byteLength)
    return this.#view.getBigInt64(this.#advance(8))
  }

  /** Up to 5 bytes, 0 to 2³² − 1. */
  unsignedVarint(): number {
    let value = 0
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.#bytes[this.#advance(1)]!
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
    const last = this.#bytes[this.#advance(1)]!
    if (last > 0x0f) throw this.malformed('a varint of more than 32 bits')
    return (value | (last << 28)) >>> 0
  }

  /** Zigzag, 32 bits. */
  varint(): number {
    const value = this.unsignedVarint()
    return (value >>> 1) ^ -(value & 1)
  }

  /** Zigzag, 64 bits. A value beyond ±2⁵³ becomes the nearest number. */
  varlong(): number {
    let value = 0
    for (let factor = 1; factor < 2 ** 49; factor *= 128) {
      const byte = this.#bytes[this.#advance(1)]!
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2
    }
    return this.#longVarlong(BigInt(value))
  }

  /** The canonical 36 characters of 16 bytes. */
  uuid(): string {
    const start = this.#advance(16)
    return uuidAt(this.#bytes, start)
  }

  /** Text behind its length of 2 bytes. */
  string(): string {
    return this.#text(this.#present(this.int16()))
  }

  /** As `string`; the length −1 is null. */
  nullableString(): string | null {
    const length = this.int16()
    return length === -1 ? null : this.#text(length)
  }

  /** Text behind its length plus 1 as an unsigned varint. */
  compactString(): string {
    return this.#compactText(this.#present(this.unsignedVarint() - 1))
  }

  /** As `compactString`; 0 is null. */
  compactNullableString(): string | null {
    const length = this.unsignedVarint() - 1
    return length === -1 ? null : this.#compactText(length)
  }

  /** Bytes behind their length of 4 bytes: a view, no copy. */
  bytes(): Uint8Array {
    return this.raw(this.#present(this.int32()))
  }

  /** As `bytes`; the length −1 is null. */
  nullableBytes(): Uint8Array | null {
    const length = this.int32()
    return length === -1 ? null : this.raw(length)
  }

  /** Bytes behind their length plus 1 as an unsigned varint: a view, no copy. */
  compactBytes(): Uint8Array {
    return this.raw(this.#present(this.unsignedVarint() - 1))
  }

  /** As `compactBytes`; 0 is null. */
  compactNullableBytes(): Uint8Array | null {
    const length = this.unsignedVarint() - 1
    return length === -1 ? null : this.raw(length)
  }

  /** The next `length` bytes: a view, no copy. */
  raw(length: number): Uint8Array {
    const start = this.#advance(length)
    return this.#bytes.subarray(start, start + length)
  }

  /** The next `length` bytes as UTF-8; what is not UTF-8 becomes U+FFFD. */
  text(length: number): string {
    return this.#text(length)
  }

  /**
   * An array's int32 count, −1 for a null array, checked against what that many items take at least on the wire, and
   * in memory about.
   */
  count(minBytesPerItem: number, memoryPerItem = 0): number {
    return this.checkCount(this.int32(), minBytesPerItem, memoryPerItem)
  }

  /** As {@link count}, for the compact form. */
  compactCount(minBytesPerItem: number, memoryPerItem = 0): number {
    return this.checkCount(this.unsignedVarint() - 1, minBytesPerItem, memoryPerItem)
  }

  /** As `count`, of one that was read as something else. */
  checkCount(count: number, minBytesPerItem: number, memoryPerItem: number): number {
    if (count < -1 || count * Math.max(1, minBytesPerItem) > this.remaining) {
      throw this.malformed(`${count} items announced, ${this.remaining} bytes left`)
    }
    if (count > 0) this.#charge(itemsBytes + count * memoryPerItem)
    return count
  }

  /** All that is left, without going on: a view, no copy. */
  peek(): Uint8Array {
    return this.#bytes.subarray(this.#position, this.#end)
  }

  /** Passes over the next `length` bytes. */
  skip(length: number): void {
    this.#advance(length)
  }

  /** A reader of the next `length` bytes alone, which this one then has behind it. */
  slice(length: number): ByteReader {
    const start = this.#advance(length)
    return new ByteReader(this.#bytes, start, start + length)
  }

  /** The error to throw where what was read makes no sense. */
  malformed(problem: string): KafkaError {
    return new KafkaError(
      'MALFORMED_RESPONSE',
      `${problem} at byte ${this.#position} of ${this.#end}`,
    )
  }

  #advance(length: number): number {
    const start = this.#position
    // Negated, so that NaN is refused too.
    if (!(length >= 0 && length <= this.#end - start)) {
      throw this.malformed(`${length} bytes wanted, ${this.#end - start} left`)
    }
    this.#position = start + length
    return start
  }

  #charge(bytes: number): void {
    if (bytes > this.#spareMemory) {
      throw this.malformed(`${bytes} bytes of memory wanted, ${this.#spareMemory} allowed`)
    }
    this.#spareMemory -= bytes
  }

  #text(length: number): string {
    const start = this.#advance(length)
    this.#charge(textBytes + length * memoryPerTextByte)
    return this.#bytes.toString('utf8', start, start + length)
  }

  /** No longer than in the old form, as in Java. */
  #compactText(length: number): string {
    if (length > 0x7fff) throw this.malformed(`a string of ${length} bytes`)
    return this.#text(length)
  }

  #present(length: number): number {
    if (length === -1) throw this.malformed('null where a value must be')
    return length
  }

  /** The bytes of a varlong from the eighth on. */
  #longVarlong(low: bigint): number {
    let value = low
    for (let shift = 49n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.#advance(1)]!
      if (shift === 63n && byte > 1) break
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return Number((value >> 1n) ^ -(value & 1n))
    }
    throw this.malformed('a varlong of more than 64 bits')
  }
}
