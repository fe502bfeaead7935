import { Buffer } from 'node:buffer'

/** How a value is written, in the last three bits of its tag. */
const wireTypes = { varint: 0, fixed64: 1, bytes: 2 } as const

/** Writes as much of Protocol Buffers as telemetry needs. A field that has its default is left out by not calling it. */
export class ProtobufWriter {
  readonly #chunks: Uint8Array[] = []
  #length = 0

  /** A whole number, a flag or a value of an enumeration. */
  varint(field: number, value: number): void {
    this.#tag(field, wireTypes.varint)
    this.#varint(value)
  }

  double(field: number, value: number): void {
    this.#tag(field, wireTypes.fixed64)
    const bytes = Buffer.alloc(8)
    bytes.writeDoubleLE(value)
    this.#add(bytes)
  }

  fixed64(field: number, value: bigint): void {
    this.#tag(field, wireTypes.fixed64)
    const bytes = Buffer.alloc(8)
    bytes.writeBigUInt64LE(value)
    this.#add(bytes)
  }

  text(field: number, value: string): void {
    this.#bytes(field, [Buffer.from(value)])
  }

  /** A message inside this one. */
  message(field: number, write: (message: ProtobufWriter) => void): void {
    const inner = new ProtobufWriter()
    write(inner)
    this.#bytes(field, inner.#chunks)
  }

  finish(): Uint8Array {
    return Buffer.concat(this.#chunks, this.#length)
  }

  #bytes(field: number, chunks: readonly Uint8Array[]): void {
    this.#tag(field, wireTypes.bytes)
    this.#varint(chunks.reduce((sum, { length }) => sum + length, 0))
    for (const chunk of chunks) this.#add(chunk)
  }

  #tag(field: number, wireType: number): void {
    this.#varint(field * 8 + wireType)
  }

  /** Seven bits a byte, the lowest first. */
  #varint(value: number): void {
    const bytes: number[] = []
    let rest = value
    for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
    bytes.push(rest)
    this.#add(Buffer.from(bytes))
  }

  #add(chunk: Uint8Array): void {
    this.#chunks.push(chunk)
    this.#length += chunk.length
  }
}
