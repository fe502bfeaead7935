import type { ByteReader } from '../primitives/byte-reader.js'
import { ByteWriter } from '../primitives/byte-writer.js'
import type { InputOf, ValueOf, WireType } from './wire-type.js'

/** A field that not every version has, or that has a default: when writing it may be left out. */
export interface Field<Value, Input = Value> {
  readonly type: WireType<Value, Input>
  readonly first: number
  readonly last: number
  /** Its number among the tagged fields, −1 for one that has its place. */
  readonly tag: number
  readonly absent: () => Value
}

/** The fields of a struct in the order of the wire: a bare type is there in every version and must be given. */
export type Fields = Record<string, WireType<unknown, never> | Field<unknown, never>>

/** What reading gives: every field, those the version lacks with their default. */
export type StructValue<F extends Fields> = {
  [Name in keyof F]: F[Name] extends Field<infer Value, never> ? Value : ValueOf<F[Name]>
}

/** What writing takes: fields with a version range or a default may be left out. */
export type StructInput<F extends Fields> = {
  readonly [Name in RequiredNames<F>]: InputOf<F[Name]>
} & {
  readonly [Name in Exclude<keyof F, RequiredNames<F>>]?: F[Name] extends Field<
    unknown,
    infer Input
  >
    ? Input
    : never
}

/** A field of the versions from `first` on. */
export function from<Value, Input>(
  first: number,
  type: WireType<Value, Input>,
  absent?: Value,
): Field<Value, Input> {
  return between(first, Infinity, type, absent)
}

/** A field of the versions up to `last`. */
export function until<Value, Input>(
  last: number,
  type: WireType<Value, Input>,
  absent?: Value,
): Field<Value, Input> {
  return between(0, last, type, absent)
}

/** A field of the versions from `first` to `last`. `absent` is its default: else zero, empty, false or null. */
export function between<Value, Input>(
  first: number,
  last: number,
  type: WireType<Value, Input>,
  absent?: Value,
): Field<Value, Input> {
  return { type, first, last, tag: -1, absent: absentOf(type, absent) }
}

/** A field that is written only where it differs from its default, behind all others, with its number. */
export function tagged<Value, Input>(
  tag: number,
  first: number,
  type: WireType<Value, Input>,
  absent?: Value,
): Field<Value, Input> {
  return { type, first, last: Infinity, tag, absent: absentOf(type, absent) }
}

/** A struct inside a message. */
export function struct<F extends Fields>(fields: F): WireType<StructValue<F>, StructInput<F>> {
  return message(() => fields)
}

/**
 * A whole message. Its description is a function, called when the message is first used, so that importing
 * this package computes nothing.
 */
// @__NO_SIDE_EFFECTS__
export function message<F extends Fields>(
  describe: () => F,
): WireType<StructValue<F>, StructInput<F>> {
  return new Struct(describe) as unknown as WireType<StructValue<F>, StructInput<F>>
}

/** Passes over a section of tagged fields, none of which is known. */
export function skipTags(reader: ByteReader): void {
  readTags(reader, (_, size) => reader.skip(size))
}

type RequiredNames<F extends Fields> = {
  [Name in keyof F]: F[Name] extends Field<unknown, never> ? never : Name
}[keyof F]

type AnyField = Field<unknown, unknown> & { readonly name: string }
type AnyValue = Record<string, unknown>

class Struct implements WireType<AnyValue> {
  readonly #describe: () => Fields
  #fields: readonly AnyField[] | undefined

  constructor(describe: () => Fields) {
    this.#describe = describe
  }

  read(reader: ByteReader, version: number, flexible: boolean): AnyValue {
    const value: AnyValue = {}
    for (const field of this.#list()) {
      value[field.name] = isPlaced(field, version)
        ? field.type.read(reader, version, flexible)
        : field.absent()
    }
    if (flexible) this.#readTags(reader, value, version)
    return value
  }

  write(writer: ByteWriter, value: AnyValue, version: number, flexible: boolean): void {
    for (const field of this.#list()) {
      if (isPlaced(field, version)) {
        field.type.write(writer, given(field, value), version, flexible)
      }
    }
    if (flexible) this.#writeTags(writer, value, version)
  }

  minBytes(version: number, flexible: boolean): number {
    let sum = flexible ? 1 : 0
    for (const field of this.#list()) {
      if (isPlaced(field, version)) sum += field.type.minBytes(version, flexible)
    }
    return sum
  }

  absent(): AnyValue {
    return Object.fromEntries(this.#list().map((field) => [field.name, field.absent()]))
  }

  #list(): readonly AnyField[] {
    return (this.#fields ??= Object.entries(this.#describe()).map(namedField))
  }

  #readTags(reader: ByteReader, value: AnyValue, version: number): void {
    readTags(reader, (tag, size) => {
      const field = this.#list().find((one) => one.tag === tag && version >= one.first)
      if (field === undefined) reader.skip(size)
      else value[field.name] = field.type.read(reader.slice(size), version, true)
    })
  }

  #writeTags(writer: ByteWriter, value: AnyValue, version: number): void {
    const present = this.#list()
      .filter((field) => field.tag >= 0 && version >= field.first)
      .map((field) => ({ tag: field.tag, chunks: taggedChunks(field, value, version) }))
      .filter(({ chunks }) => chunks.length > 0)
      .toSorted((a, b) => a.tag - b.tag)
    writer.unsignedVarint(present.length)
    for (const { tag, chunks } of present) {
      writer.unsignedVarint(tag)
      writer.unsignedVarint(chunks.reduce((sum, chunk) => sum + chunk.length, 0))
      for (const chunk of chunks) writer.chunk(chunk)
    }
  }
}

/** The order is part of the protocol; insisting on it keeps a peer from sending one field a million times. */
function readTags(reader: ByteReader, take: (tag: number, size: number) => void): void {
  const count = reader.unsignedVarint()
  if (count * 2 > reader.remaining) throw reader.malformed(`${count} tagged fields announced`)
  let previous = -1
  for (let index = 0; index < count; index++) {
    const tag = reader.unsignedVarint()
    if (tag <= previous) throw reader.malformed(`tagged field ${tag} behind ${previous}`)
    previous = tag
    take(tag, reader.unsignedVarint())
  }
}

/** What the field takes on the wire, nothing where it has its default (as Kafka writes it). */
function taggedChunks(field: AnyField, value: AnyValue, version: number): Uint8Array[] {
  if (value[field.name] === undefined) return []
  const chunks = encoded(field, value[field.name], version)
  const ofDefault = encoded(field, field.absent(), version)
  return Buffer.concat(chunks).equals(Buffer.concat(ofDefault)) ? [] : chunks
}

function encoded(field: AnyField, value: unknown, version: number): Uint8Array[] {
  const writer = new ByteWriter(64)
  field.type.write(writer, value, version, true)
  return writer.finish()
}

function isPlaced(field: AnyField, version: number): boolean {
  return field.tag < 0 && version >= field.first && version <= field.last
}

function given(field: AnyField, value: AnyValue): unknown {
  const own = value[field.name]
  return own === undefined ? field.absent() : own
}

function absentOf<Value>(type: WireType<Value, never>, absent: Value | undefined): () => Value {
  return absent === undefined ? () => type.absent() : () => absent
}

function namedField([name, entry]: [string, Fields[string]]): AnyField {
  const field =
    'type' in entry
      ? entry
      : { type: entry, first: 0, last: Infinity, tag: -1, absent: entry.absent }
  return { ...field, name }
}
