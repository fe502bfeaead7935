import type { KafkaError } from '@sluice/protocol'
import { abortable, abortedError } from '../delivery/abort-signal.js'
import type { Lifecycle } from '../lifecycle/lifecycle.js'
import { checkedOffsets } from './checked-offsets.js'
import { SentOffsets } from './sent-offsets.js'
import { TransactionEnd, type TransactionEndDeps } from './transaction-end.js'
import { type TransactionEnding, TransactionState } from './transaction-state.js'
import type { TransactionOffsets } from './transaction.js'

/** What a transaction works with. */
export interface OpenTransactionDeps extends TransactionEndDeps {
  /** Hears how the transaction ends. */
  onEnd(end: TransactionEnding, failure: unknown): void
  readonly lifecycle: Pick<Lifecycle, 'closed' | 'checkOpen' | 'checkOutsideCallback' | 'flush'>
}

/** One transaction, from its begin on. */
export class OpenTransaction {
  readonly state: TransactionState
  readonly end: TransactionEnd
  readonly #deps: OpenTransactionDeps
  readonly #offsets: SentOffsets

  constructor(deps: OpenTransactionDeps) {
    this.#deps = deps
    this.state = new TransactionState((end, failure) => deps.onEnd(end, failure))
    this.#offsets = new SentOffsets(deps)
    this.end = new TransactionEnd(deps, this.state, this.#offsets)
  }

  /** @throws KafkaError where nothing can be added to the transaction */
  checkAdding(call: string): void {
    this.#deps.lifecycle.checkOpen()
    this.state.checkAdding(call)
  }

  /** @throws KafkaError what the offsets are refused with, of which the commit tells, too */
  async sendOffsets(given: TransactionOffsets): Promise<void> {
    try {
      await this.#offsets.send(checkedOffsets(given), (error) => this.#offsetsFailed(error))
    } catch (error) {
      if ((error as KafkaError).code !== 'TRANSACTION_TIMEOUT') this.#offsetsFailed(error)
      throw error
    }
  }

  async flush(signal: AbortSignal | undefined): Promise<void> {
    this.#checkCall('flush')
    this.state.checkOpen('flush')
    await this.#deps.lifecycle.flush(signal)
    await abortable(this.#offsets.settled(), signal, () => abortedError(signal!))
    if (this.state.failure.isThere) throw this.state.failure.first
  }

  async commit(): Promise<void> {
    this.#checkCall('commit')
    await this.end.commit()
  }

  async abort(): Promise<void> {
    this.#checkCall('abort')
    await this.end.abort()
  }

  /** Commits, or waits for the end that is under way. */
  async finish(): Promise<void> {
    const { phase } = this.state
    if (phase === 'aborting') return this.abort()
    if (phase === 'open' || phase === 'committing') return this.commit()
    // A caller has heard how it ended.
  }

  /** Aborts what is open, or waits for the abort that is under way. A producer that is being closed does it itself. */
  async dispose(): Promise<void> {
    const { phase } = this.state
    if (this.#deps.lifecycle.closed) return
    if (phase === 'open' || phase === 'aborting') await this.abort()
  }

  #offsetsFailed(error: unknown): void {
    this.state.failure.add(error, 'sendOffsets()')
  }

  #checkCall(call: string): void {
    this.#deps.lifecycle.checkOpen()
    this.#deps.lifecycle.checkOutsideCallback(call)
  }
}
