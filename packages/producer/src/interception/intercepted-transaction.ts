import type { AbortOptions } from '../delivery/abort-signal.js'
import type { Transaction, TransactionOffsets } from '../transactions/transaction.js'
import { InterceptedSending, type InterceptedSendingDeps } from './intercepted-sending.js'

/** A transaction whose records interceptors see. */
export class InterceptedTransaction
  extends InterceptedSending
  implements Transaction<unknown, unknown>
{
  readonly #transaction: Transaction<unknown, unknown>

  constructor(transaction: Transaction<unknown, unknown>, deps: InterceptedSendingDeps) {
    super(transaction, deps)
    this.#transaction = transaction
  }

  flush(options?: AbortOptions): Promise<void> {
    return this.#transaction.flush(options)
  }

  sendOffsets(offsets: TransactionOffsets): Promise<void> {
    return this.#transaction.sendOffsets(offsets)
  }

  commit(): Promise<void> {
    return this.#transaction.commit()
  }

  abort(): Promise<void> {
    return this.#transaction.abort()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#transaction[Symbol.asyncDispose]()
  }
}
