import type { Buffer } from 'node:buffer'
import { withoutCarriageReturn } from './carriage-return.js'
import { HeaderFields } from './header-fields.js'
import { BadFrame, type FrameReader, type RecordBase } from './record-format.js'
import { recordOf } from './record-of.js'

/** How a line is read: `headers key value`, each part only where its delimiter is given. */
export interface LineShape {
  /** What every record has: topic, partition, fixed headers. */
  readonly base: RecordBase
  /** Stands between headers and the rest of the line. */
  readonly headersDelimiter?: Buffer
  /** Stands between key and value. */
  readonly keyDelimiter?: Buffer
  /** Whether a line without `keyDelimiter` is a value without a key. */
  readonly keyOptional: boolean
  /** Whether an empty key is none, and an empty value is null: a tombstone. */
  readonly emptyIsNull: boolean
  /** A key or a value that is this text is null. */
  readonly nullMarker?: Buffer
  /** Whether `\r` at the end of a line belongs to its end. */
  readonly crlf: boolean
}

/** Reads a line. Its bytes are taken as they are: there is no text in between. */
export function lineReader(shape: LineShape): FrameReader {
  const { base, headersDelimiter, keyDelimiter, crlf } = shape
  const headerFields = new HeaderFields(base.headers ?? [], shape.nullMarker)
  const content = contentReader(shape)
  return (frame) => {
    let rest = crlf ? withoutCarriageReturn(frame) : frame
    let headers = base.headers
    if (headersDelimiter !== undefined) {
      const at = rest.indexOf(headersDelimiter)
      if (at === -1) throw new BadFrame('has no delimiter behind its headers (--headers-delimiter)')
      headers = headerFields.read(rest.subarray(0, at))
      rest = rest.subarray(at + headersDelimiter.length)
    }
    if (keyDelimiter === undefined) return recordOf(base, base.key, content(rest), headers)
    const at = rest.indexOf(keyDelimiter)
    if (at !== -1) {
      const value = content(rest.subarray(at + keyDelimiter.length))
      return recordOf(base, content(rest.subarray(0, at)), value, headers)
    }
    if (shape.keyOptional) return recordOf(base, base.key, content(rest), headers)
    throw new BadFrame(
      'has no delimiter behind its key (--key-delimiter); with --key-optional it is sent without a key',
    )
  }
}

function contentReader({ emptyIsNull, nullMarker }: LineShape): (bytes: Buffer) => Buffer | null {
  return (bytes) => {
    if (emptyIsNull && bytes.length === 0) return null
    return nullMarker?.equals(bytes) === true ? null : bytes
  }
}
