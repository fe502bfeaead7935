import { KafkaError } from '../errors.js'
import type { ByteReader } from '../primitives/byte-reader.js'
import type { ByteWriter } from '../primitives/byte-writer.js'
import { zeroUuid } from '../primitives/uuid.js'

/**
 * One type of Kafka's message definitions: how a value is written and read in a version of a message.
 *
 * `Value` is what reading gives; `Input` is what writing takes, where fields may be left out.
 */
export interface WireType<Value, Input = Value> {
  /** Reads a value. */
  read(reader: ByteReader, version: number, flexible: boolean): Value
  /** Writes a value. */
  write(writer: ByteWriter, value: Input, version: number, flexible: boolean): void
  /** The fewest bytes a value takes: what an array's count is checked against. */
  minBytes(version: number, flexible: boolean): number
  /** About the bytes of memory that a value takes beyond its slot, but for the letters of text and items of arrays. */
  memoryBytes(version: number, flexible: boolean): number
  /** The value of a field that a version lacks and that names no default: the same for all, so it cannot be changed. */
  absent(): Value
}

/** A type whose encoding has a null, too. */
export interface NullableWireType<Value, Input = Value> extends WireType<Value, Input> {
  /** The type with null. */
  readonly orNull: WireType<Value | null, Input | null>
}

// What V8 takes on 64 bits.
/** A value's place in an array or an object. */
export const slotBytes = 8
const arrayBytes = 32
const viewBytes = 104
const recordsBytes = 160

const empty = Object.freeze([]) as unknown as never[]

/** The value that a type reads. */
export type ValueOf<T> = T extends WireType<infer Value, never> ? Value : never
/** What a type takes to write. */
export type InputOf<T> = T extends WireType<unknown, infer Input> ? Input : never

// The types of arrays, fields and structs name the type that they are made of, not its value and its input: so the
// declarations of this package write each message out once, and not twice more at each level.

/** The type of arrays of `Item`. */
export interface ArrayType<Item> extends NullableWireType<
  ValueOf<Item>[],
  readonly InputOf<Item>[]
> {}

/** `Type` with null as a further value. */
export interface NullableType<Type> extends WireType<ValueOf<Type> | null, InputOf<Type> | null> {}

/** True or false, in one byte. */
export const bool: WireType<boolean> = {
  read: (reader) => reader.bool(),
  write: (writer, value) => writer.bool(value),
  minBytes: () => 1,
  memoryBytes: () => 0,
  absent: () => false,
}

/** A whole number of one byte. */
export const int8: WireType<number> = {
  read: (reader) => reader.int8(),
  write: (writer, value) => writer.int8(value),
  minBytes: () => 1,
  memoryBytes: () => 0,
  absent: () => 0,
}

/** A whole number of two bytes. */
export const int16: WireType<number> = {
  read: (reader) => reader.int16(),
  write: (writer, value) => writer.int16(value),
  minBytes: () => 2,
  memoryBytes: () => 0,
  absent: () => 0,
}

/** A whole number of four bytes. */
export const int32: WireType<number> = {
  read: (reader) => reader.int32(),
  write: (writer, value) => writer.int32(value),
  minBytes: () => 4,
  memoryBytes: () => 0,
  absent: () => 0,
}

/** A whole number of eight bytes. */
export const int64: WireType<bigint> = {
  read: (reader) => reader.int64(),
  write: (writer, value) => writer.int64(value),
  minBytes: () => 8,
  memoryBytes: () => 16,
  absent: () => 0n,
}

/** The canonical 36 characters. */
export const uuid: WireType<string> = {
  read: (reader) => reader.uuid(),
  write: (writer, value) => writer.uuid(value),
  minBytes: () => 16,
  memoryBytes: () => 56,
  absent: () => zeroUuid,
}

/** Text, in UTF-8 behind its length. */
export const string: NullableWireType<string> = {
  read: (reader, _, flexible) => (flexible ? reader.compactString() : reader.string()),
  write: (writer, value, _, flexible) =>
    flexible ? writer.compactString(value) : writer.string(value),
  minBytes: (_, flexible) => (flexible ? 1 : 2),
  memoryBytes: () => 0,
  absent: () => '',
  orNull: {
    read: (reader, _, flexible) =>
      flexible ? reader.compactNullableString() : reader.nullableString(),
    write: (writer, value, _, flexible) =>
      flexible ? writer.compactNullableString(value) : writer.nullableString(value),
    minBytes: (_, flexible) => (flexible ? 1 : 2),
    memoryBytes: () => 0,
    absent: () => null,
  },
}

/** Bytes behind their length. */
export const bytes: NullableWireType<Uint8Array> = {
  read: (reader, _, flexible) => (flexible ? reader.compactBytes() : reader.bytes()),
  write: (writer, value, _, flexible) =>
    flexible ? writer.compactBytes(value) : writer.bytes(value),
  minBytes: lengthBytes,
  memoryBytes: () => viewBytes,
  absent: () => new Uint8Array(0),
  orNull: {
    read: (reader, _, flexible) =>
      flexible ? reader.compactNullableBytes() : reader.nullableBytes(),
    write: (writer, value, _, flexible) =>
      flexible ? writer.compactNullableBytes(value) : writer.nullableBytes(value),
    minBytes: lengthBytes,
    memoryBytes: () => viewBytes,
    absent: () => null,
  },
}

/** Record batches: written from chunks without a copy, read as one view. */
export const records: NullableWireType<Uint8Array[], readonly Uint8Array[]> = {
  read: (reader, version, flexible) => [bytes.read(reader, version, flexible)],
  write: writeRecords,
  minBytes: lengthBytes,
  memoryBytes: () => recordsBytes,
  absent: () => empty,
  orNull: {
    read(reader, version, flexible) {
      const view = bytes.orNull.read(reader, version, flexible)
      return view === null ? null : [view]
    },
    write: writeRecords,
    minBytes: lengthBytes,
    memoryBytes: () => recordsBytes,
    absent: () => null,
  },
}

/** Items one after the other behind their count. */
export function arrayOf<Item extends WireType<unknown, never>>(item: Item): ArrayType<Item>
export function arrayOf<Value, Input>(
  item: WireType<Value, Input>,
): NullableWireType<Value[], readonly Input[]> {
  const orNull: WireType<Value[] | null, readonly Input[] | null> = {
    read: (reader, version, flexible) => readItems(item, reader, version, flexible),
    write: (writer, items, version, flexible) => writeItems(item, writer, items, version, flexible),
    minBytes: lengthBytes,
    memoryBytes: () => arrayBytes,
    absent: () => null,
  }
  return {
    ...orNull,
    read(reader, version, flexible) {
      const items = orNull.read(reader, version, flexible)
      if (items === null) throw reader.malformed('a null array where one must be')
      return items
    },
    absent: () => empty,
    orNull,
  }
}

/** The same type with null as a further value, from a version on. Before that version null is refused. */
export function nullable<Type extends NullableWireType<unknown, never>>(
  type: Type,
  from?: number,
): NullableType<Type>
export function nullable<Value, Input>(
  type: NullableWireType<Value, Input>,
  from = 0,
): WireType<Value | null, Input | null> {
  const { orNull } = type
  if (from === 0) return orNull
  return {
    ...orNull,
    read: (reader, version, flexible) =>
      (version < from ? type : orNull).read(reader, version, flexible),
    write(writer, value, version, flexible) {
      if (value === null && version < from) throw nullRefused(version)
      orNull.write(writer, value, version, flexible)
    },
  }
}

/** Bytes of the length or count before what may be empty. */
function lengthBytes(_: number, flexible: boolean): number {
  return flexible ? 1 : 4
}

function writeRecords(
  writer: ByteWriter,
  chunks: readonly Uint8Array[] | null,
  _: number,
  flexible: boolean,
): void {
  const length = chunks === null ? -1 : chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  if (flexible) writer.unsignedVarint(length + 1)
  else writer.int32(length)
  for (const chunk of chunks ?? []) writer.chunk(chunk)
}

function writeItems<Input>(
  item: WireType<unknown, Input>,
  writer: ByteWriter,
  items: readonly Input[] | null,
  version: number,
  flexible: boolean,
): void {
  const count = items === null ? -1 : items.length
  if (flexible) writer.unsignedVarint(count + 1)
  else writer.int32(count)
  for (const value of items ?? []) item.write(writer, value, version, flexible)
}

function readItems<Value>(
  item: WireType<Value, never>,
  reader: ByteReader,
  version: number,
  flexible: boolean,
): Value[] | null {
  const minBytes = item.minBytes(version, flexible)
  const memoryBytes = slotBytes + item.memoryBytes(version, flexible)
  const count = flexible
    ? reader.compactCount(minBytes, memoryBytes)
    : reader.count(minBytes, memoryBytes)
  if (count === -1) return null
  // Pushing would leave room for 17 where there is one, and most arrays of a cluster hold three.
  const items = new Array<Value>(count)
  for (let index = 0; index < count; index++) items[index] = item.read(reader, version, flexible)
  return items
}

function nullRefused(version: number): KafkaError {
  return new KafkaError('INVALID_ARGUMENT', `null is not possible in version ${version}`)
}
