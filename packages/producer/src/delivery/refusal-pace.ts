import type { ProducerRuntime } from '../runtime.js'

/** So many refusals are told in the turn of the event loop in which they happen. */
const mostInTurn = 1_000

/**
 * Tells callers in the next turn of the event loop when very many calls are refused in one turn. A caller that tries again at
 * once never leaves its turn otherwise: no socket is read, so that the memory stays full, and a topic stays refused.
 */
export class RefusalPace {
  readonly #runtime: Pick<ProducerRuntime, 'setImmediate'>
  #inTurn = 0
  /** Set once more are refused than this turn may tell. */
  #nextTurn: Promise<void> | null = null

  constructor(runtime: Pick<ProducerRuntime, 'setImmediate'>) {
    this.#runtime = runtime
  }

  /** Resolves when callers may go on that had many refusals; null while they need not wait. */
  get nextTurn(): Promise<void> | null {
    return this.#nextTurn
  }

  /** A call was refused at once. */
  count(): void {
    this.#inTurn++
    if (this.#inTurn === 1) this.#runtime.setImmediate(() => this.#beginTurn())
    if (this.#inTurn === mostInTurn + 1)
      this.#nextTurn = new Promise((resolve) => void this.#runtime.setImmediate(resolve))
  }

  /** @returns a promise that rejects as this one does, perhaps later */
  tell<T>(refused: Promise<T>): Promise<T> {
    this.count()
    if (this.#nextTurn === null) return refused
    // Its caller hears of it later. Until then Node must not report an unhandled rejection.
    refused.catch(() => {})
    return this.#nextTurn.then(() => refused)
  }

  #beginTurn(): void {
    this.#inTurn = 0
    this.#nextTurn = null
  }
}
