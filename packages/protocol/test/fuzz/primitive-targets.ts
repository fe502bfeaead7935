import { ByteReader, ByteWriter } from '../../src/index.js'
import type { FuzzTarget } from './target.js'

/** What a byte of the input calls, and a valid encoding for it. */
const reads: readonly (readonly [string, (reader: ByteReader) => unknown])[] = [
  ['ff', (reader) => reader.int8()],
  ['01', (reader) => reader.bool()],
  ['8000', (reader) => reader.int16()],
  ['80000000', (reader) => reader.int32()],
  ['ffffffff', (reader) => reader.uint32()],
  ['8000000000000000', (reader) => reader.int64()],
  ['ffffffff0f', (reader) => reader.unsignedVarint()],
  ['ffffffff0f', (reader) => reader.varint()],
  ['ffffffffffffffffff01', (reader) => reader.varlong()],
  ['00112233445566778899aabbccddeeff', (reader) => reader.uuid()],
  ['0003616263', (reader) => reader.string()],
  ['ffff', (reader) => reader.nullableString()],
  ['04616263', (reader) => reader.compactString()],
  ['00', (reader) => reader.compactNullableString()],
  ['00000003616263', (reader) => reader.bytes()],
  ['ffffffff', (reader) => reader.nullableBytes()],
  ['04616263', (reader) => reader.compactBytes()],
  ['00', (reader) => reader.compactNullableBytes()],
  ['00000001', (reader) => reader.count(3)],
  ['02', (reader) => reader.compactCount(3)],
  ['06616263', (reader) => reader.slice(reader.varint()).remaining],
  ['06616263', (reader) => reader.text(reader.varint())],
]

/** Every method of the reader, one after the other, as the input says. */
export function primitiveTargets(): FuzzTarget[] {
  const codes = ['MALFORMED_RESPONSE'] as const
  return [
    { name: 'primitives', corpus: [validReads()], codes, decode: readAll },
    { name: 'varints', corpus: [varints()], codes, decode: readVarints },
  ]
}

// Neither keeps what it read, nor makes iterators: only what the reader allocates is to be measured.

function readAll(bytes: Buffer): void {
  const reader = new ByteReader(bytes)
  while (reader.remaining > 0) reads[(reader.int8() & 0xff) % reads.length]![1](reader)
}

function validReads(): Buffer {
  const calls = reads.map(([hex], index) => [Buffer.of(index), Buffer.from(hex, 'hex')])
  return Buffer.concat(calls.flat())
}

function readVarints(bytes: Buffer): void {
  const reader = new ByteReader(bytes)
  while (reader.remaining > 0) {
    let start = reader.position
    reader.unsignedVarint()
    checkSize(reader.position - start, 5)
    start = reader.position
    reader.varint()
    checkSize(reader.position - start, 5)
    start = reader.position
    reader.varlong()
    checkSize(reader.position - start, 10)
  }
}

function checkSize(bytes: number, maxBytes: number): void {
  if (bytes > maxBytes) throw new Error(`a varint of ${bytes} bytes`)
}

function varints(): Buffer {
  const writer = new ByteWriter()
  for (const value of [0, 1, 63, 64, 8_191, 8_192, 2 ** 31 - 1]) {
    writer.unsignedVarint(value)
    writer.varint(-value)
    writer.varlong(value * -4_000_000)
  }
  return Buffer.concat(writer.finish())
}
