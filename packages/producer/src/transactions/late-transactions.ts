import { codeNotLoaded, type KafkaError } from '@sluice/protocol'
import { inOwnContext } from '../own-context.js'
import type { ProducerTransactions, ProducerTransactionsDeps } from './producer-transactions.js'
import type { Transaction } from './transaction.js'

type Code = typeof ProducerTransactions

/** Null where no producer of this process has loaded it yet. */
let loaded: Code | null = null

/** @throws KafkaError INVALID_OPTION where its file cannot be loaded */
export async function loadTransactions(): Promise<Code> {
  try {
    const code = await import('./producer-transactions.js')
    return (loaded = code.ProducerTransactions)
  } catch (error) {
    throw codeNotLoaded('transactionalId', 'the code of transactions', '@sluice/producer', error)
  }
}

/**
 * Stands for the transactions of a producer. The first transactional producer of a process begins to load the code when it is
 * made, so other producers do not load that code. Before the code is there no transaction is open.
 */
export class LateTransactions {
  readonly #deps: ProducerTransactionsDeps
  #loading: Promise<ProducerTransactions> | null = null
  #now: ProducerTransactions | null = null

  constructor(deps: ProducerTransactionsDeps) {
    this.#deps = deps
    if (loaded === null)
      this.#loading = inOwnContext(loadTransactions).then((code) => this.#make(code))
    else this.#make(loaded)
    // Each call tells why the code cannot be loaded.
    this.#loading?.catch(() => {})
  }

  /** Whether what fails now fails because the program aborts it. */
  get isAborting(): boolean {
    return this.#now?.isAborting ?? false
  }

  /** Why the producer can do nothing more; null while it can, as far as was heard. */
  get fatal(): KafkaError | null {
    return this.#now?.fatal ?? null
  }

  /** A record has failed, or was refused. */
  failed(error: unknown): void {
    this.#now?.failed(error)
  }

  /** @throws KafkaError what `ProducerTransactions.initialize` throws; INVALID_OPTION where the code cannot be loaded */
  initialize(signal: AbortSignal | undefined): Promise<void> {
    return this.#call((transactions) => transactions.initialize(signal))
  }

  /** @throws KafkaError what `ProducerTransactions.begin` throws; INVALID_OPTION where the code cannot be loaded */
  begin(): Promise<Transaction<unknown, unknown>> {
    return this.#call((transactions) => transactions.begin())
  }

  /** @throws what `ProducerTransactions.transact` throws; INVALID_OPTION where the code cannot be loaded */
  transact<T>(work: (transaction: Transaction<unknown, unknown>) => Promise<T>): Promise<T> {
    return this.#call((transactions) => transactions.transact(work))
  }

  /** Ends what is open, for `close`. */
  async close(): Promise<void> {
    await this.#now?.close()
  }

  #make(code: Code): ProducerTransactions {
    return (this.#now = new code(this.#deps))
  }

  #call<T>(work: (transactions: ProducerTransactions) => Promise<T>): Promise<T> {
    return this.#now === null ? this.#loading!.then(work) : work(this.#now)
  }
}
