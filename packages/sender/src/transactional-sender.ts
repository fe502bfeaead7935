import type { ResolvedSenderOptions } from './options.js'
import type { SenderRuntime } from './runtime.js'
import { SendLoop } from './send-loop.js'
import type { Sender, SenderStages } from './sender.js'
import {
  loadedTransactions,
  loadTransactions,
  type TransactionCode,
} from './transactions/late-transactions.js'
import type { Transactions } from './transactions/transactions.js'

/**
 * A sender with a `transactionalId`. The first one of a process begins to load the code of transactions when it is made, so
 * senders without transactions do not load that code. The send loop begins when the code is there. No record is late by that,
 * for records leave in transactions alone, and no transaction begins before.
 */
export class TransactionalSender implements Sender {
  readonly transactions: Transactions = {
    initialize: () => this.#call((transactions) => transactions.initialize()),
    begin: () => this.#call((transactions) => transactions.begin()),
    sendOffsets: (offsets) => this.#call((transactions) => transactions.sendOffsets(offsets)),
    end: (commit) => this.#call((transactions) => transactions.end(commit)),
  }
  readonly #transactionalId: string
  readonly #options: ResolvedSenderOptions
  readonly #runtime: SenderRuntime
  readonly #loading: Promise<TransactionCode>
  #begun: Promise<Transactions> | null = null
  /** Null until the code is there. */
  #loaded: Transactions | null = null

  constructor(transactionalId: string, options: ResolvedSenderOptions, runtime: SenderRuntime) {
    this.#transactionalId = transactionalId
    this.#options = options
    this.#runtime = runtime
    this.#loading = loadTransactions()
    // Each call of the transactions tells why the code cannot be loaded.
    this.#loading.catch(() => {})
  }

  start(stages: SenderStages): void {
    const code = loadedTransactions()
    if (code !== null) return void this.#begin(stages, code)
    this.#begun = this.#loading.then((loaded) => this.#begin(stages, loaded))
    this.#begun.catch(() => {})
  }

  #begin(stages: SenderStages, code: TransactionCode): Transactions {
    const options = this.#options
    const runtime = this.#runtime
    const loop = new SendLoop(stages, options, runtime, (network, calls) =>
      code(this.#transactionalId, network, options, runtime, calls),
    )
    loop.begin()
    return (this.#loaded = loop.transactions!)
  }

  #call(work: (transactions: Transactions) => Promise<void>): Promise<void> {
    return this.#loaded === null ? this.#begun!.then(work) : work(this.#loaded)
  }
}
