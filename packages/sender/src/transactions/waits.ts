import type { SenderRuntime } from '../runtime.js'

/** What the questions to coordinators wait for between two attempts. */
export class Waits {
  readonly #runtime: SenderRuntime
  /** Ends the waits for a change, and those for time alone. */
  readonly #forChange = new Set<() => void>()
  readonly #forTime = new Set<() => void>()
  #isOver = false

  constructor(runtime: SenderRuntime) {
    this.#runtime = runtime
  }

  /** Resolves after so many ms, or when all waits are over. */
  async pause(ms: number): Promise<void> {
    await this.#wait(this.#forTime, ms)
  }

  /** Resolves when something has changed, or so many ms have passed. */
  async change(ms: number): Promise<void> {
    await this.#wait(this.#forChange, ms)
  }

  changed(): void {
    end(this.#forChange)
  }

  /** Nothing waits any more. */
  stop(): void {
    this.#isOver = true
    end(this.#forChange)
    end(this.#forTime)
  }

  #wait(waiting: Set<() => void>, ms: number): Promise<void> {
    if (this.#isOver) return Promise.resolve()
    return new Promise((resolve) => {
      const ended = (): void => {
        waiting.delete(ended)
        this.#runtime.clearTimeout(timer)
        resolve()
      }
      const timer = this.#runtime.setTimeout(ended, ms)
      waiting.add(ended)
    })
  }
}

function end(waiting: Set<() => void>): void {
  for (const ended of waiting) ended()
}
