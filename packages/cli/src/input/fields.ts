import type { ProducerRecord, RecordContent } from '@sluice/producer'
import { BadFrame, type Header, type RecordBase } from './record-format.js'
import { recordOf } from './record-of.js'

/** Which fields of a line become which parts of its record. The whole line is the value where `value` is left out. */
export interface FieldNames {
  readonly key?: string
  readonly value?: string
  readonly partition?: string
  readonly timestamp?: string
  /** The name of a header, and of the field with its value. */
  readonly headers: readonly (readonly [header: string, field: string])[]
}

/** The fields of one line. */
export interface Fields {
  /** The text of a field, or null where it is null. @throws BadFrame where the line does not have it, or it has no text */
  text(name: string): string | null
  /** The same for a key, which may be none where the field is empty. */
  key(name: string): string | null
}

/** The fields that have a name here. */
export function namedFields({ key, value, partition, timestamp, headers }: FieldNames): string[] {
  const names = [key, value, partition, timestamp, ...headers.map(([, field]) => field)]
  return names.filter((name) => name !== undefined)
}

/** A record whose key, partition, time and headers are as the fields of its line have them. */
export function recordWith(
  base: RecordBase,
  names: FieldNames,
  fields: Fields,
  value: RecordContent,
): ProducerRecord {
  const { key, partition, timestamp, headers } = names
  if (partition !== undefined || timestamp !== undefined || headers.length > 0)
    return { ...base, ...partsOf(names, fields, base.headers), value }
  return recordOf(base, key === undefined ? base.key : fields.key(key), value, base.headers)
}

function partsOf(names: FieldNames, fields: Fields, fixed: readonly Header[] | undefined) {
  const { key, partition, timestamp } = names
  return {
    ...(key === undefined ? {} : { key: fields.key(key) }),
    ...(partition === undefined ? {} : wholeNumberOf('partition', partition, fields)),
    ...(timestamp === undefined ? {} : wholeNumberOf('timestamp', timestamp, fields)),
    ...(names.headers.length === 0 ? {} : { headers: headersOf(names, fields, fixed ?? []) }),
  }
}

function headersOf(names: FieldNames, fields: Fields, fixed: readonly Header[]): Header[] {
  return [...fixed, ...names.headers.map(([name, field]): Header => [name, fields.text(field)])]
}

/** Null and nothing at all leave the choice to the producer. */
function wholeNumberOf<Part extends string>(
  part: Part,
  name: string,
  fields: Fields,
): Partial<Record<Part, number>> {
  const text = fields.text(name)
  if (text === null || text === '') return {}
  const number = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(number))
    return { [part]: number } as Record<Part, number>
  throw new BadFrame(`has a ${part} (${name}) that is no whole number from 0 up`)
}
