/** A gate: whoever comes while it is closed waits until it opens. */
export class Pause {
  #over: Promise<void> | null = null
  #open: () => void = () => {}

  get on(): boolean {
    return this.#over !== null
  }

  /** Null when nothing is paused: awaiting it costs one turn of the promise jobs. */
  get over(): Promise<void> | null {
    return this.#over
  }

  begin(): void {
    this.#over ??= new Promise((resolve) => (this.#open = resolve))
  }

  end(): void {
    this.#over = null
    this.#open()
  }
}
