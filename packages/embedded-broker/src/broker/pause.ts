/** The pause of a broker. Requests await its end before they are served and before they are answered. */
export class Pause {
  #over: Promise<void> | null = null
  #open: () => void = () => {}

  get on(): boolean {
    return this.#over !== null
  }

  /** Resolves at the end of the pause. Null without a pause: awaiting null costs one microtask. */
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
