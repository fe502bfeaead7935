import type { AccumulatorFront } from '@sluice/accumulator'
import { KafkaError } from '@sluice/protocol'
import type { Transactions } from '@sluice/sender'
import type { TransactionChannel } from '../channels/transaction-channel.js'
import type { Sending, SendingScope } from '../intake/sending.js'
import type { Lifecycle } from '../lifecycle/lifecycle.js'
import type { ProducerRuntime } from '../runtime.js'
import { BoundedWaits } from './bounded-waits.js'
import { LastingCall } from './lasting-call.js'
import { beginUnderWay } from './misuse.js'
import { OpenTransaction } from './open-transaction.js'
import { transact } from './transact.js'
import { TransactionHandle } from './transaction-handle.js'
import type { Transaction } from './transaction.js'

/** What the transactions of a producer work with. */
export interface ProducerTransactionsDeps {
  readonly transactions: Transactions
  readonly front: AccumulatorFront
  readonly lifecycle: Lifecycle
  readonly runtime: ProducerRuntime
  readonly maxBlockMs: number
  /** Is told of each transaction. */
  readonly channel: TransactionChannel
  /** Makes what sends in the transactions. */
  sendingFor(scope: SendingScope): Sending
  /** Tells callers alone of refusals. */
  readonly refusing: Sending
}

/** Knows which transaction is open. Nothing begins before all that was given to the one before has settled. */
export class ProducerTransactions {
  readonly #deps: ProducerTransactionsDeps
  readonly #waits: BoundedWaits
  readonly #beginning = new LastingCall<void>()
  /** Of all transactions: one is open at a time. */
  readonly #sending: Sending
  #current: OpenTransaction | null = null
  #fatal: KafkaError | null = null

  constructor(deps: ProducerTransactionsDeps) {
    const { lifecycle } = deps
    this.#deps = deps
    this.#sending = deps.sendingFor({
      // The transaction itself has been asked.
      checkOpen: () => {},
      onFailure: this.failed,
    })
    this.#waits = new BoundedWaits({ ...deps, during: (work) => lifecycle.during(work) })
  }

  /** Whether what fails now fails because the program aborts it. */
  get isAborting(): boolean {
    if (this.#deps.lifecycle.closed) return false
    const phase = this.#current?.state.phase
    return phase === 'aborting' || phase === 'aborted'
  }

  /** Why the producer can do nothing more; null while it can, as far as was heard. */
  get fatal(): KafkaError | null {
    return this.#fatal ?? this.#current?.state.fatal ?? null
  }

  /** A record has failed, or was refused. */
  readonly failed = (error: unknown): void => this.#current?.state.failure.add(error)

  /** @throws KafkaError what the cluster refuses the transactional id with, TRANSACTION_TIMEOUT, ABORTED by its signal */
  async initialize(signal: AbortSignal | undefined): Promise<void> {
    const initialized = this.#judged(this.#deps.transactions.initialize())
    await this.#waits.until(initialized, 'connect', { signal })
  }

  /** @throws KafkaError ILLEGAL_STATE while a transaction is open, TRANSACTION_TIMEOUT, PRODUCER_FENCED, PRODUCER_CLOSED */
  async begin(): Promise<Transaction<unknown, unknown>> {
    return this.#handleOf(await this.#next())
  }

  /** @throws what `begin` throws, and what `transact` does */
  async transact<T>(work: (transaction: Transaction<unknown, unknown>) => Promise<T>): Promise<T> {
    const transaction = await this.#next()
    const handle = this.#handleOf(transaction)
    return transact(transaction, () => work(handle), this.#deps.runtime.logger)
  }

  /** Ends what is open, for `close`. */
  async close(): Promise<void> {
    await this.#current?.end.close()
    // The cluster has not answered in time.
    this.#deps.channel.ended('lost', undefined)
  }

  async #next(): Promise<OpenTransaction> {
    const { lifecycle } = this.#deps
    lifecycle.checkOpen()
    if (this.#beginning.awaited) throw beginUnderWay()
    this.#current?.end.checkNext()
    await this.#beginning.join(
      () => this.#begin(),
      (work) => this.#waits.until(work, 'beginTransaction'),
    )
    lifecycle.checkOpen()
    const { channel } = this.#deps
    const current = new OpenTransaction({
      ...this.#deps,
      waits: this.#waits,
      onEnd: (end, failure) => channel.ended(end, failure),
    })
    this.#current = current
    channel.begun()
    return current
  }

  async #begin(): Promise<void> {
    await this.#current?.end.over()
    await this.#judged(this.#deps.transactions.begin())
  }

  /** What has refused the producer once may allow it later. */
  async #judged(work: Promise<void>): Promise<void> {
    try {
      await work
      this.#fatal = null
    } catch (error) {
      if (error instanceof KafkaError && error.fatal) this.#fatal = error
      throw error
    }
  }

  #handleOf(transaction: OpenTransaction): Transaction<unknown, unknown> {
    return new TransactionHandle(transaction, this.#sending, this.#deps.refusing)
  }
}
