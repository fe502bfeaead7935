/** Tells callers when to stop and when to go on: apart, so that they do not stutter at one mark. */
export class WaterMarks {
  readonly #high: number
  readonly #low: number
  #waiting: (() => void)[] = []

  constructor(bufferBytes: number) {
    this.#high = bufferBytes / 2
    this.#low = bufferBytes / 4
  }

  isRoomy(heldBytes: number): boolean {
    return heldBytes <= this.#high
  }

  drained(heldBytes: number): Promise<void> {
    if (this.isRoomy(heldBytes)) return Promise.resolve()
    return new Promise((resolve) => void this.#waiting.push(resolve))
  }

  fallTo(heldBytes: number): void {
    if (this.#waiting.length === 0 || heldBytes > this.#low) return
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }
}
