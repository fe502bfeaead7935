import type { EmbeddedRuntime } from '../runtime.js'
import type { Transaction } from './transaction.js'

/** The timers of the transactions that are under way. */
export class TransactionTimeouts {
  readonly #runtime: EmbeddedRuntime
  readonly #onTimeout: (transaction: Transaction) => void
  readonly #timers = new Map<Transaction, unknown>()

  /** @param onTimeout Hears of each transaction that has run for longer than it may. */
  constructor(runtime: EmbeddedRuntime, onTimeout: (transaction: Transaction) => void) {
    this.#runtime = runtime
    this.#onTimeout = onTimeout
  }

  begin(transaction: Transaction): void {
    const timer = this.#runtime.setTimeout(() => {
      this.#timers.delete(transaction)
      this.#onTimeout(transaction)
    }, transaction.timeoutMs)
    this.#timers.set(transaction, timer)
  }

  end(transaction: Transaction): void {
    this.#runtime.clearTimeout(this.#timers.get(transaction))
    this.#timers.delete(transaction)
  }

  /** Ends all timers. */
  stop(): void {
    for (const transaction of this.#timers.keys()) this.end(transaction)
  }
}
