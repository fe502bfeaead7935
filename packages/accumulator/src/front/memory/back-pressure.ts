/**
 * Tells callers when to stop and when to go on. They stop above a high-water mark and go on below a lower one, so that
 * they do not stop and start all the time around one mark.
 */
export class BackPressure {
  readonly #high: number
  readonly #low: number
  #waiting: (() => void)[] = []

  constructor(bufferBytes: number) {
    this.#high = bufferBytes / 2
    this.#low = bufferBytes / 4
  }

  hasRoom(heldBytes: number): boolean {
    return heldBytes <= this.#high
  }

  /** Resolves below the low-water mark; at once while there is room. */
  drained(heldBytes: number): Promise<void> {
    if (this.hasRoom(heldBytes)) return Promise.resolve()
    return new Promise((resolve) => void this.#waiting.push(resolve))
  }

  fallTo(heldBytes: number): void {
    if (this.#waiting.length === 0 || heldBytes > this.#low) return
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }
}
