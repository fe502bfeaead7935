/**
 * A call that goes on when its callers have stopped waiting for it. The same call made again waits for the same end, and is
 * told of it. What has succeeded is kept until a caller was told; what has failed is not kept.
 */
export class LastingCall<T> {
  #work: Promise<T> | null = null
  #callers = 0

  /** Whether a call is under way, or no caller was told of its success. */
  get untold(): boolean {
    return this.#work !== null
  }

  /** Whether a caller waits. */
  get awaited(): boolean {
    return this.#callers > 0
  }

  /**
   * @param begin - begins the work, unless it is under way
   * @param wait - waits for the work; it may give up
   */
  async join(begin: () => Promise<T>, wait: (work: Promise<T>) => Promise<T>): Promise<T> {
    const work = (this.#work ??= this.#begun(begin))
    this.#callers++
    try {
      const result = await wait(work)
      if (this.#work === work) this.#work = null
      return result
    } finally {
      this.#callers--
    }
  }

  /** Resolves when nothing is under way any more, whatever the result. No caller was told of it. */
  async over(): Promise<void> {
    await this.#work?.catch(() => {})
  }

  #begun(begin: () => Promise<T>): Promise<T> {
    const work = begin()
    work.catch(() => {
      if (this.#work === work) this.#work = null
    })
    return work
  }
}
