import { Buffer } from 'node:buffer'
import { InputError } from './input-error.js'

const utf8 = Buffer.from([0xef, 0xbb, 0xbf])
const utf16 = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])]

/** What to do with a byte order mark: `check` refuses UTF-16 alone, `strip` removes that of UTF-8 too, `keep` takes all bytes as they are. */
export type MarkPolicy = 'check' | 'strip' | 'keep'

/** Looks at the first bytes of one input. It holds back no more than what may be the beginning of a mark. */
export class ByteOrderMark {
  readonly #policy: MarkPolicy
  readonly #name: string
  #held: Buffer = Buffer.alloc(0)
  #decided: boolean

  /** @param name - of the input, for the message */
  constructor(policy: MarkPolicy, name: string) {
    this.#policy = policy
    this.#name = name
    this.#decided = policy === 'keep'
  }

  /** @throws InputError for UTF-16 */
  pass(chunk: Buffer): Buffer {
    if (this.#decided) return chunk
    const bytes = Buffer.concat([this.#held, chunk])
    if (utf16.some((mark) => bytes.subarray(0, 2).equals(mark))) throw this.#isUtf16()
    const isBeginning = [utf8, ...utf16].some(
      (mark) => bytes.length < mark.length && mark.subarray(0, bytes.length).equals(bytes),
    )
    this.#held = isBeginning ? bytes : Buffer.alloc(0)
    if (isBeginning) return Buffer.alloc(0)
    this.#decided = true
    const isMarked = bytes.subarray(0, utf8.length).equals(utf8)
    return isMarked && this.#policy === 'strip' ? bytes.subarray(utf8.length) : bytes
  }

  /** What was held back, when the input has ended. */
  end(): Buffer {
    const held = this.#held
    this.#held = Buffer.alloc(0)
    return held
  }

  #isUtf16(): InputError {
    return new InputError(
      `${this.#name} is UTF-16; convert it (iconv -f UTF-16 -t UTF-8), or take its bytes as they are with --bom keep`,
    )
  }
}
