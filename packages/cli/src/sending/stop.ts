import type { EndSignal } from '../exit-code.js'

/** Why the command reads no further. */
export type StopReason = EndSignal | 'failure'

/** The wish to end early. Everything that waits races it, so that nothing outlasts it. */
export class Stop {
  #reason: StopReason | null = null
  readonly #listeners = new Set<() => void>()

  /** Null while the command goes on. */
  get reason(): StopReason | null {
    return this.#reason
  }

  /** The first reason stands. */
  because(reason: StopReason): void {
    if (this.#reason !== null) return
    this.#reason = reason
    for (const listener of this.#listeners) listener()
  }

  /** Calls the listener when the command is to end, at once where that is so. @returns a function that takes it away */
  onStop(listener: () => void): () => void {
    if (this.#reason !== null) listener()
    else this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Waits for the work, or until the command is to end. */
  async orStopped(work: Promise<unknown>): Promise<void> {
    await new Promise<unknown>((resolve, reject) => {
      const forget = this.onStop(() => resolve(undefined))
      work.finally(forget).then(resolve, reject)
    })
  }
}
