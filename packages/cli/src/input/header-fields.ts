import { Buffer } from 'node:buffer'
import { BadFrame, type Header } from './record-format.js'

const comma = Buffer.from(',')
const colon = Buffer.from(':')

/** Headers at the beginning of a line, as Kafka's console producer has them: `name:value,name:value`. */
export class HeaderFields {
  readonly #fixed: readonly Header[]
  readonly #nullMarker: Buffer | undefined

  /** @param fixed - the headers that every record has */
  constructor(fixed: readonly Header[], nullMarker: Buffer | undefined) {
    this.#fixed = fixed
    this.#nullMarker = nullMarker
  }

  /** @throws BadFrame for a header without a name or without a colon, and for a name that is the marker of null */
  read(bytes: Buffer): Header[] {
    const headers = [...this.#fixed]
    if (bytes.length === 0 || this.#isNull(bytes)) return headers
    let from = 0
    while (from <= bytes.length) {
      const found = bytes.indexOf(comma, from)
      const end = found === -1 ? bytes.length : found
      headers.push(this.#header(bytes.subarray(from, end)))
      from = end + 1
    }
    return headers
  }

  #header(field: Buffer): Header {
    const at = field.indexOf(colon)
    if (at === -1) throw new BadFrame('has a header without ":" between its name and its value')
    const name = field.subarray(0, at)
    const value = field.subarray(at + 1)
    if (name.length === 0) throw new BadFrame('has a header without a name')
    if (this.#isNull(name)) throw new BadFrame('has a header whose name is the --null-marker')
    return [name.toString(), this.#isNull(value) ? null : value]
  }

  #isNull(bytes: Buffer): boolean {
    return this.#nullMarker?.equals(bytes) === true
  }
}
