const longestCached = 256

/**
 * A key as bytes, for the partitioner and the batch alike: encoded once, into one buffer that the
 * next key overwrites. Views of it are kept by length, so that a text key costs no object.
 */
export class KeyBytes {
  readonly #scratch = Buffer.allocUnsafeSlow(longestCached * 3)
  readonly #views: Uint8Array[] = []

  of(key: string | Uint8Array | null | undefined): Uint8Array | null {
    if (typeof key !== 'string') return key ?? null
    if (key.length > longestCached) return Buffer.from(key, 'utf8')
    const length = this.#scratch.write(key, 0, 'utf8')
    return (this.#views[length] ??= this.#view(length))
  }

  #view(length: number): Uint8Array {
    // Filled up to the length, so that the array stays without holes.
    while (this.#views.length < length)
      this.#views.push(this.#scratch.subarray(0, this.#views.length))
    return this.#scratch.subarray(0, length)
  }
}
