import { Buffer } from 'node:buffer'

const longestCached = 256
/** Up to this length a loop over ASCII is faster than the call into the runtime. */
const shortKey = 24

/**
 * Encodes keys, for the partitioner and the batch alike: once for each record, into one buffer, which is lent until it is
 * given back. Views of the buffer are kept by length, so that a text key costs no object.
 */
export class KeyEncoder {
  readonly #scratch = Buffer.allocUnsafeSlow(longestCached * 3)
  readonly #views: Uint8Array[] = []
  #lent = 0

  /** The key as bytes. While the buffer is lent, as when a partitioner sends, another key gets bytes of its own. */
  borrow(key: string | Uint8Array | null): Uint8Array | null {
    const lent = this.#lent++ > 0
    if (typeof key !== 'string') return key
    if (lent || key.length > longestCached) return Buffer.from(key, 'utf8')
    const length = this.#write(key)
    return (this.#views[length] ??= this.#view(length))
  }

  giveBack(): void {
    this.#lent--
  }

  /** @returns the number of bytes */
  #write(key: string): number {
    const scratch = this.#scratch
    const { length } = key
    if (length > shortKey) return scratch.write(key, 0, 'utf8')
    for (let at = 0; at < length; at++) {
      const unit = key.charCodeAt(at)
      if (unit > 0x7f) return scratch.write(key, 0, 'utf8')
      scratch[at] = unit
    }
    return length
  }

  #view(length: number): Uint8Array {
    // Filled up to the length, so that the array stays without holes.
    while (this.#views.length < length)
      this.#views.push(this.#scratch.subarray(0, this.#views.length))
    return this.#scratch.subarray(0, length)
  }
}
