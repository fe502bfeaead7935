import fc from 'fast-check'
import { zeroUuid } from '../../src/index.js'
import { fieldsOf, isIn, ourName, type FieldDefinition, type Struct } from './message-definition.js'

/** A message as our descriptions take it and give it. */
export type MessageValue = Record<string, unknown>

/** Values with every field of a version, and with null wherever that version knows it. */
export function valuesOf(struct: Struct, version: number): fc.Arbitrary<MessageValue> {
  const entries = fieldsOf(struct, version).map((field) => [
    ourName(field),
    fieldValues(field, version),
  ])
  return fc.record(Object.fromEntries(entries), { noNullPrototype: true })
}

/** The value as decoding gives it: fields that the version lacks have Kafka's default. */
export function withDefaults(
  struct: Struct,
  value: MessageValue,
  version: number,
  isOurs: (field: FieldDefinition) => boolean,
): MessageValue {
  const entries = (struct.fields ?? [])
    .filter(isOurs)
    .map((field) => [
      ourName(field),
      isIn(version, field.versions)
        ? complete(field, value[ourName(field)], (item) =>
            withDefaults(field, item, version, isOurs),
          )
        : defaultOf(field),
    ])
  return Object.fromEntries(entries)
}

const text = fc.string({ unit: 'grapheme', maxLength: 12 })
// Around the lengths where a varint takes another byte.
const longText = fc.string({ minLength: 124, maxLength: 130 })
const bytes = fc.uint8Array({ maxLength: 140 }).map((array) => Buffer.from(array))

const primitives: Record<string, fc.Arbitrary<unknown>> = {
  bool: fc.boolean(),
  int8: fc.integer({ min: -128, max: 127 }),
  int16: fc.integer({ min: -32_768, max: 32_767 }),
  int32: fc.integer(),
  int64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  string: fc.oneof({ weight: 5, arbitrary: text }, longText),
  uuid: fc.oneof({ weight: 5, arbitrary: fc.uuid() }, fc.constant(zeroUuid)),
  bytes,
  records: bytes.map((chunk) => [chunk]),
}

function fieldValues(field: FieldDefinition, version: number): fc.Arbitrary<unknown> {
  const item = primitives[field.type.replace('[]', '')] ?? valuesOf(field, version)
  const values = field.type.startsWith('[]') ? fc.array(item, { maxLength: 3 }) : item
  return isIn(version, field.nullableVersions) ? fc.option(values) : values
}

function complete(
  field: FieldDefinition,
  value: unknown,
  completeStruct: (value: MessageValue) => MessageValue,
): unknown {
  if (field.fields === undefined || value === null) return value
  if (Array.isArray(value)) return value.map((item: MessageValue) => completeStruct(item))
  return completeStruct(value as MessageValue)
}

function defaultOf(field: FieldDefinition): unknown {
  const { type, fields, default: given } = field
  if (given === 'null' || field.nullableVersions !== undefined) return null
  if (type.startsWith('[]')) return []
  if (fields) return Object.fromEntries(fields.map((one) => [ourName(one), defaultOf(one)]))
  if (type === 'string') return given ?? ''
  if (type === 'uuid') return zeroUuid
  if (type === 'bool') return String(given) === 'true'
  return type === 'int64' ? BigInt(given ?? 0) : Number(given ?? 0)
}
