/** The newest flush. One that waits for the same records gets the same promise, so any number of flushes costs one. */
export class LastFlush {
  #group = -1
  #batch = -1
  /** Null once it has resolved: a promise holds what the context of its caller (`AsyncLocalStorage`) holds. */
  #promise: Promise<void> | null = null

  /**
   * @param group - the number of the newest group of waiting records
   * @param batch - the id of the newest batch
   * @param flush - makes the promise that all of them have settled
   */
  upTo(group: number, batch: number, flush: () => Promise<void>): Promise<void> {
    if (this.#promise !== null && group === this.#group && batch === this.#batch)
      return this.#promise
    const promise = flush()
    this.#group = group
    this.#batch = batch
    this.#promise = promise
    void promise.then(() => {
      if (this.#promise === promise) this.#promise = null
    })
    return promise
  }
}
