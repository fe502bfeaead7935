import type { AccumulatorFront } from '@sluice/accumulator'
import { KafkaError } from '@sluice/protocol'
import type { Transactions } from '@sluice/sender'
import type { Lifecycle } from '../lifecycle/lifecycle.js'
import type { ProducerRuntime } from '../runtime.js'
import type { BoundedWaits } from './bounded-waits.js'
import { LastingCall } from './lasting-call.js'
import type { SentOffsets } from './sent-offsets.js'
import type { TransactionState } from './transaction-state.js'

/** What ends a transaction. */
export interface TransactionEndDeps {
  readonly transactions: Transactions
  readonly front: AccumulatorFront
  readonly lifecycle: Pick<Lifecycle, 'flush'>
  readonly waits: BoundedWaits
  readonly runtime: Pick<ProducerRuntime, 'setImmediate' | 'logger'>
}

/** The steps of `commit` and `abort`, which go on when their callers have stopped waiting. */
export class TransactionEnd {
  readonly #deps: TransactionEndDeps
  readonly #state: TransactionState
  readonly #offsets: SentOffsets
  readonly #call = new LastingCall<void>()
  /** Whether the commit has failed after its callers had stopped waiting. */
  #failedUntold = false

  constructor(deps: TransactionEndDeps, state: TransactionState, offsets: SentOffsets) {
    this.#deps = deps
    this.#state = state
    this.#offsets = offsets
  }

  async commit(): Promise<void> {
    this.#state.checkCommit(!this.#call.untold)
    this.#failedUntold = false
    await this.#call.join(
      () => this.#commit(),
      (work) => this.#deps.waits.until(work, 'commit', { persisted: 'possibly', forRecords: true }),
    )
  }

  async abort(): Promise<void> {
    this.#state.checkAbort()
    if (this.#state.phase === 'aborted') return
    await this.#call.join(
      () => this.#abort(),
      (work) => this.#deps.waits.until(work, 'abort'),
    )
  }

  /** @throws KafkaError while the next transaction may not begin */
  checkNext(): void {
    if (!this.#failedUntold) this.#state.checkNext(this.#call.awaited)
  }

  /** Resolves when the end is known, or the sending half is to tell. No caller may wait for it any more. */
  async over(): Promise<void> {
    await this.#call.over()
    if (this.#state.phase !== 'open') return
    this.#deps.runtime.logger.warn(
      `A commit() that took longer than maxBlockMs has failed, and its transaction is aborted: ${this.#state.failure.get()?.message}`,
    )
    await this.#abortUnbounded()
  }

  /** Aborts what is open, and waits for an end that is under way. The producer is being closed. */
  async close(): Promise<void> {
    await this.#call.over()
    if (this.#state.phase !== 'open') return
    try {
      await this.#abortUnbounded()
    } catch (error) {
      this.#deps.runtime.logger.warn(
        `close() has not aborted the open transaction, which the brokers do after transactionTimeoutMs: ${(error as Error).message}`,
      )
    }
  }

  async #abortUnbounded(): Promise<void> {
    await this.#call.join(
      () => this.#abort(),
      (work) => work,
    )
  }

  async #commit(): Promise<void> {
    this.#state.become('committing')
    await this.#settled()
    const failure = this.#state.failure.ofCommit()
    if (failure !== null) {
      this.#reopen()
      throw failure
    }
    try {
      await this.#deps.transactions.end(true)
    } catch (error) {
      this.#notCommitted(error as KafkaError)
      throw error
    }
    this.#state.become('committed')
  }

  #notCommitted(error: KafkaError): void {
    if (error.fatal) return this.#state.lose(error)
    // Otherwise it may be committed: the call made again asks again.
    if (error.persisted !== 'no' && !error.abortable) return
    this.#state.failure.addCommit(error)
    this.#reopen()
  }

  #reopen(): void {
    this.#failedUntold = !this.#call.awaited
    this.#state.reopen()
  }

  async #abort(): Promise<void> {
    this.#state.become('aborting')
    const { transactions, front } = this.#deps
    try {
      await transactions.end(false)
    } catch (error) {
      if ((error as KafkaError).fatal) this.#state.lose(error as KafkaError)
      throw error
    }
    // After the batches that the sending half has: so the records of a partition fail in their order.
    front.abort(abortedBeforeSent())
    await this.#settled()
    this.#state.become('aborted')
  }

  /** Resolves when all that was given has settled, and its callers have heard of it. */
  async #settled(): Promise<void> {
    // A getter of a record may have called `commit`. That record is sent when the getter is done.
    await aMicrotask
    const { lifecycle, runtime } = this.#deps
    await lifecycle.flush(undefined)
    await this.#offsets.settled()
    // Rejections of promises take some microtasks, or a turn where there are very many.
    if (this.#state.failure.isThere)
      await new Promise<void>((resolve) => void runtime.setImmediate(resolve))
  }
}

const aMicrotask = Promise.resolve()

function abortedBeforeSent(): KafkaError {
  const detail = 'the transaction was aborted before the record was sent'
  return new KafkaError('ABORTED', detail, { persisted: 'no' })
}
