/** The newest flush. One that waits for the same records gets the same promise, so any number of flushes costs one. */
export class LastFlush {
  #group = -1
  #batch = -1
  #promise: Promise<void> = Promise.resolve()

  /**
   * @param group - the number of the newest group of waiting records
   * @param batch - the id of the newest batch
   * @param flush - makes the promise that all of them have settled
   */
  upTo(group: number, batch: number, flush: () => Promise<void>): Promise<void> {
    if (group !== this.#group || batch !== this.#batch) {
      this.#group = group
      this.#batch = batch
      this.#promise = flush()
    }
    return this.#promise
  }
}
