import { parse } from 'csv-parse/sync'
import { withoutCarriageReturn } from './carriage-return.js'
import { type FieldNames, type Fields, namedFields, recordWith } from './fields.js'
import { InputError } from './input-error.js'
import { BadFrame, type FrameReader, type RecordBase } from './record-format.js'
import { textOf } from './utf8.js'

/** How a row of CSV is read. */
export interface CsvShape {
  /** What every record has: topic, key, partition, fixed headers. */
  readonly base: RecordBase
  readonly names: FieldNames
  /** Stands between the fields of a row: one character. */
  readonly separator: string
  /** Whether an empty key is none, and an empty value is null: a tombstone. */
  readonly emptyIsNull: boolean
  /** A field that is this text is null. */
  readonly nullMarker?: string
}

/** Reads CSV whose first row has the names of the columns. The value of a record is one column, or all as a JSON object. */
export function csvReader(shape: CsvShape): FrameReader {
  const { base, names, separator } = shape
  let columns: ReadonlyMap<string, number> | null = null
  return (frame) => {
    const row = fieldsOf(textOf(withoutCarriageReturn(frame)), separator)
    if (columns === null) {
      columns = columnsOf(row, names)
      return null
    }
    if (row.length !== columns.size)
      throw new BadFrame(`has ${row.length} fields, and the header ${columns.size}`)
    const fields = new CsvFields(columns, row, shape)
    const value = names.value === undefined ? fields.json() : fields.content(names.value)
    return recordWith(base, names, fields, value)
  }
}

/** The header is wrong for all rows, so nothing of this input can be sent. */
function columnsOf(row: readonly string[], names: FieldNames): Map<string, number> {
  const columns = new Map(row.map((name, index) => [name, index]))
  if (columns.size < row.length) throw new InputError('the header of the CSV has a name twice')
  for (const name of namedFields(names))
    if (!columns.has(name))
      throw new InputError(`the header of the CSV has no column "${name}"; name one that it has`)
  return columns
}

/** Most rows have no quotes, and need no parser. */
function fieldsOf(row: string, separator: string): string[] {
  if (!row.includes('"')) return row.split(separator)
  try {
    return parse(row, { delimiter: separator, record_delimiter: '\n' })[0]!
  } catch {
    throw new BadFrame('has a quote that is not closed, or stands in the middle of a field')
  }
}

class CsvFields implements Fields {
  readonly #columns: ReadonlyMap<string, number>
  readonly #row: readonly string[]
  readonly #shape: CsvShape

  constructor(columns: ReadonlyMap<string, number>, row: readonly string[], shape: CsvShape) {
    this.#columns = columns
    this.#row = row
    this.#shape = shape
  }

  text(name: string): string | null {
    return this.#given(this.#row[this.#columns.get(name)!]!)
  }

  key(name: string): string | null {
    return this.content(name)
  }

  /** Of a key or a value, which may be null where it is empty. */
  content(name: string): string | null {
    const text = this.text(name)
    return text === '' && this.#shape.emptyIsNull ? null : text
  }

  json(): string {
    const entries = [...this.#columns.keys()].map((name, index) => [
      name,
      this.#given(this.#row[index]!),
    ])
    return JSON.stringify(Object.fromEntries(entries))
  }

  #given(text: string): string | null {
    return text === this.#shape.nullMarker ? null : text
  }
}
