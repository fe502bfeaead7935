import { Buffer } from 'node:buffer'
import type { ByteReader } from '../primitives/byte-reader.js'
import { ByteWriter } from '../primitives/byte-writer.js'
import { slotBytes, type InputOf, type ValueOf, type WireType } from './wire-type.js'

/** A field that not every version has, or that has a default: when writing it may be left out. */
export interface Field<Value, Input = Value> {
  /** Of its value. */
  readonly type: WireType<Value, Input>
  /** The first version. */
  readonly first: number
  /** The last version. */
  readonly last: number
  /** Its number among the tagged fields, −1 for one that has its place. */
  readonly tag: number
  /** The default. */
  readonly absent: () => Value
}

/** A field of the type `Type`. */
export interface FieldOf<Type> extends Field<ValueOf<Type>, InputOf<Type>> {}

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

/** The type of a struct with the fields `F`. */
export interface StructType<F extends Fields> extends WireType<StructValue<F>, StructInput<F>> {}

type AnyType = WireType<unknown, never>

/** A field of the versions from `first` on. */
export function from<Type extends AnyType>(
  first: number,
  type: Type,
  absent?: ValueOf<Type>,
): FieldOf<Type>
export function from<Value, Input>(
  first: number,
  type: WireType<Value, Input>,
  absent?: Value,
): Field<Value, Input> {
  return between(first, Infinity, type, absent)
}

/** A field of the versions up to `last`. */
export function until<Type extends AnyType>(
  last: number,
  type: Type,
  absent?: ValueOf<Type>,
): FieldOf<Type>
export function until<Value, Input>(
  last: number,
  type: WireType<Value, Input>,
  absent?: Value,
): Field<Value, Input> {
  return between(0, last, type, absent)
}

/** A field of the versions from `first` to `last`. `absent` is its default: else zero, empty, false or null. */
export function between<Type extends AnyType>(
  first: number,
  last: number,
  type: Type,
  absent?: ValueOf<Type>,
): FieldOf<Type>
export function between<Value, Input>(
  first: number,
  last: number,
  type: WireType<Value, Input>,
  absent?: Value,
): Field<Value, Input> {
  return { type, first, last, tag: -1, absent: absentOf(type, absent) }
}

/** A field that is written only where it differs from its default, behind all others, with its number. */
export function tagged<Type extends AnyType>(
  tag: number,
  first: number,
  type: Type,
  absent?: ValueOf<Type>,
): FieldOf<Type>
export function tagged<Value, Input>(
  tag: number,
  first: number,
  type: WireType<Value, Input>,
  absent?: Value,
): Field<Value, Input> {
  return { type, first, last: Infinity, tag, absent: absentOf(type, absent) }
}

/** A struct inside a message. */
export function struct<F extends Fields>(fields: F): StructType<F> {
  return message(() => fields)
}

/**
 * A whole message. Its description is a function, called when the message is first used, so that importing
 * this package computes nothing. Each call is marked as pure: this file is one of two entry points, and bundlers heed a mark
 * on the function in its own file only. Without it they keep every message that a program does not use.
 */
// @__NO_SIDE_EFFECTS__
export function message<F extends Fields>(describe: () => F): StructType<F> {
  return new Struct(describe) as unknown as StructType<F>
}

/** Passes over a section of tagged fields, none of which is known. */
export function skipTags(reader: ByteReader): void {
  readTags(reader, 0, [], {})
}

type RequiredNames<F extends Fields> = {
  [Name in keyof F]: F[Name] extends Field<unknown, never> ? never : Name
}[keyof F]

type AnyField = Field<unknown, unknown> & { readonly name: string }
type AnyValue = Record<string, unknown>

/** What reading needs to know of a version. */
interface Plan {
  /** Every field, with its default. */
  readonly defaults: AnyValue
  /** Those that have their place in this version. */
  readonly placed: readonly AnyField[]
  readonly tagged: readonly AnyField[]
  readonly minBytes: number
  readonly memoryBytes: number
}

/** Four of its fields have their place in an object itself; the others are in an array that grows by three. */
function objectBytes(fields: number): number {
  return fields > 4 ? 56 + slotBytes * fields : 56
}

const minTagBytes = 2
/** They are passed over one by one: this keeps them from taking longer than values do. */
const tagMemoryBytes = 24

class Struct implements WireType<AnyValue> {
  readonly #describe: () => Fields
  readonly #plans: Plan[] = []
  #fields: readonly AnyField[] | undefined
  #absent: AnyValue | undefined

  constructor(describe: () => Fields) {
    this.#describe = describe
  }

  read(reader: ByteReader, version: number, flexible: boolean): AnyValue {
    const { defaults, placed, tagged: known } = this.#plan(version, flexible)
    const value = { ...defaults }
    // An iterator would be more garbage than the values are.
    for (let index = 0; index < placed.length; index++) {
      const { name, type } = placed[index]!
      value[name] = type.read(reader, version, flexible)
    }
    if (flexible) readTags(reader, version, known, value)
    return value
  }

  write(writer: ByteWriter, value: AnyValue, version: number, flexible: boolean): void {
    for (const field of this.#plan(version, flexible).placed) {
      field.type.write(writer, given(field, value), version, flexible)
    }
    if (flexible) this.#writeTags(writer, value, version)
  }

  minBytes(version: number, flexible: boolean): number {
    return this.#plan(version, flexible).minBytes
  }

  memoryBytes(version: number, flexible: boolean): number {
    return this.#plan(version, flexible).memoryBytes
  }

  absent(): AnyValue {
    return (this.#absent ??= Object.freeze(defaultsOf(this.#list())))
  }

  #list(): readonly AnyField[] {
    return (this.#fields ??= Object.entries(this.#describe()).map(namedField))
  }

  #plan(version: number, flexible: boolean): Plan {
    return (this.#plans[version] ??= planOf(this.#list(), version, flexible))
  }

  #writeTags(writer: ByteWriter, value: AnyValue, version: number): void {
    const present = this.#plan(version, true)
      .tagged.map((field) => ({ tag: field.tag, chunks: taggedChunks(field, value, version) }))
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

function planOf(fields: readonly AnyField[], version: number, flexible: boolean): Plan {
  const placed = fields.filter((field) => isPlaced(field, version))
  const sum = (of: (type: AnyField['type']) => number): number =>
    placed.reduce((total, { type }) => total + of(type), 0)
  return {
    defaults: defaultsOf(fields),
    placed,
    tagged: fields.filter((field) => field.tag >= 0 && version >= field.first),
    minBytes: (flexible ? 1 : 0) + sum((type) => type.minBytes(version, flexible)),
    memoryBytes: objectBytes(fields.length) + sum((type) => type.memoryBytes(version, flexible)),
  }
}

function defaultsOf(fields: readonly AnyField[]): AnyValue {
  return Object.fromEntries(fields.map((field) => [field.name, field.absent()]))
}

/** The order is part of the protocol; insisting on it keeps a peer from sending one field a million times. */
function readTags(
  reader: ByteReader,
  version: number,
  known: readonly AnyField[],
  value: AnyValue,
): void {
  const count = reader.checkCount(reader.unsignedVarint(), minTagBytes, tagMemoryBytes)
  let previous = -1
  for (let index = 0; index < count; index++) {
    const tag = reader.unsignedVarint()
    if (tag <= previous) throw reader.malformed(`tagged field ${tag} behind ${previous}`)
    previous = tag
    const size = reader.unsignedVarint()
    const end = reader.position + size
    const field = known.find((one) => one.tag === tag)
    if (field !== undefined) value[field.name] = field.type.read(reader, version, true)
    // Refused where it has read more than its own bytes.
    reader.skip(end - reader.position)
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
