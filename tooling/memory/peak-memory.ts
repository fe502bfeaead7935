/** Reads the resident memory of this process again and again, and keeps the highest value. */
export class PeakMemory {
  readonly #start = process.memoryUsage.rss()
  readonly #timer = setInterval(() => this.#look(), 50)
  #peak = this.#start

  /** @returns The highest value above the start, in bytes. */
  stop(): number {
    this.#look()
    clearInterval(this.#timer)
    return this.#peak - this.#start
  }

  #look(): void {
    this.#peak = Math.max(this.#peak, process.memoryUsage.rss())
  }
}
