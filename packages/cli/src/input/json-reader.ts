import type { Buffer } from 'node:buffer'
import { isLosslessNumber, parse, stringify } from 'lossless-json'
import { withoutCarriageReturn } from './carriage-return.js'
import { type FieldNames, type Fields, namedFields, recordWith } from './fields.js'
import { BadFrame, type FrameReader, type RecordBase } from './record-format.js'
import { recordOf } from './record-of.js'
import { textOf } from './utf8.js'

/** How a line of JSON is read. */
export interface JsonShape {
  /** What every record has: topic, key, partition, fixed headers. */
  readonly base: RecordBase
  readonly names: FieldNames
  /** Whether `\r` at the end of a line belongs to its end. */
  readonly crlf: boolean
}

/**
 * Reads a line of JSON. As a value it stays as it is, byte by byte. A field that is an object or a list is written anew, with
 * the digits of its numbers as they stand there: a number of JSON may have more of them than one of JavaScript.
 */
export function jsonReader({ base, names, crlf }: JsonShape): FrameReader {
  const usesFields = namedFields(names).length > 0
  return (frame) => {
    const line = crlf ? withoutCarriageReturn(frame) : frame
    const text = textOf(line)
    if (!usesFields) {
      check(text)
      return recordOf(base, base.key, line, base.headers)
    }
    const fields = new JsonFields(parsed(text))
    const value: Buffer | string | null =
      names.value === undefined ? line : fields.content(names.value)
    return recordWith(base, names, fields, value)
  }
}

/** What a parser says of the mistake would show what is in the line. */
function check(text: string): void {
  try {
    JSON.parse(text)
  } catch {
    throw new BadFrame('is not JSON')
  }
}

function parsed(text: string): unknown {
  try {
    return parse(text)
  } catch {
    throw new BadFrame('is not JSON, or has a name twice')
  }
}

class JsonFields implements Fields {
  readonly #line: unknown

  constructor(line: unknown) {
    this.#line = line
  }

  text(path: string): string | null {
    const field = this.#at(path)
    if (typeof field === 'object' && field !== null && !isLosslessNumber(field))
      throw new BadFrame(`has a field ${path} that is a list or an object; name a field of it`)
    return this.content(path)
  }

  key(path: string): string | null {
    return this.text(path)
  }

  /** Also of an object or a list, as JSON. */
  content(path: string): string | null {
    const field = this.#at(path)
    if (field === null || typeof field === 'string') return field
    return stringify(field)!
  }

  #at(path: string): unknown {
    let field = this.#line
    for (const name of path.split('.')) {
      if (typeof field !== 'object' || field === null || !Object.hasOwn(field, name))
        throw new BadFrame(`has no field ${path}`)
      field = (field as Record<string, unknown>)[name]
    }
    return field
  }
}
