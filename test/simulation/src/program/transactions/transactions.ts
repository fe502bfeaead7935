import { KafkaError, type Producer, type Transaction } from '@sluice/producer'
import type { Plan, Target } from '../../scenario/scenario.js'
import type { Entry } from '../ledger.js'
import type { TransactionOutcome } from './outcome.js'

/** What transactions need of the program. */
export interface TransactionsDeps {
  producer(): Producer
  /** A fenced program can only begin anew. */
  beginAnew(): Promise<void>
  /** Sends, and settles the entries. Resolves when all have settled. */
  send(transaction: Transaction, target: Target): Promise<Entry[]>
  pause(ms: number): Promise<void>
  /** What a caller must never see. */
  found(finding: string): void
}

export const groupId = 'group'
/** A program tries again what may pass. */
const pauseMs = 10

/** Carries out transactions, one after the other, as a careful program does. */
export class Transactions {
  readonly outcomes: TransactionOutcome[] = []
  readonly #deps: TransactionsDeps
  #last: Promise<void> = Promise.resolve()
  #open = 0

  constructor(deps: TransactionsDeps) {
    this.#deps = deps
  }

  /** Whether all have ended. */
  get areOver(): boolean {
    return this.#open === 0
  }

  carryOut(plan: Plan): void {
    this.#open++
    this.#last = this.#last.then(() => this.#transact(plan)).finally(() => void this.#open--)
  }

  async #transact(plan: Plan): Promise<void> {
    const transaction = await this.#begin()
    const outcome: TransactionOutcome = {
      entries: [],
      offset: plan.offsets ? this.outcomes.length : null,
      told: 'open',
    }
    this.outcomes.push(outcome)
    try {
      await this.#work(transaction, plan, outcome)
      if (plan.commits) await this.#commit(transaction, outcome)
      if (outcome.told === 'open') await this.#abort(transaction)
    } catch (error) {
      await this.#failed(error)
    }
    if (outcome.told === 'open') outcome.told = 'aborted'
  }

  async #begin(): Promise<Transaction> {
    for (;;) {
      try {
        return await this.#deps.producer().beginTransaction()
      } catch (error) {
        await this.#failed(error)
        await this.#deps.pause(pauseMs)
      }
    }
  }

  async #work(
    transaction: Transaction,
    { sends, pauseMs: rest, offsets }: Plan,
    outcome: TransactionOutcome,
  ): Promise<void> {
    const settled: Promise<Entry[]>[] = []
    for (const target of sends) {
      settled.push(this.#deps.send(transaction, target))
      if (rest > 0) await this.#deps.pause(rest)
    }
    for (const entries of await Promise.all(settled)) outcome.entries.push(...entries)
    if (!offsets) return
    const offset = { topic: 'a', partition: 0, offset: outcome.offset! }
    // What fails here shows again in the commit, which must then fail, too.
    await transaction.sendOffsets({ groupId, offsets: [offset] }).catch(() => {})
  }

  async #commit(transaction: Transaction, outcome: TransactionOutcome): Promise<void> {
    const hasFailed = outcome.entries.some(({ metadata }) => metadata === null)
    try {
      await transaction.commit()
      outcome.told = 'committed'
      if (hasFailed) this.#deps.found('a transaction with a failed record was committed')
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error
      if (error.persisted === 'possibly') outcome.told = 'possibly'
      else if (error.persisted !== 'no')
        this.#deps.found(`a commit fails and does not say how it is: ${error.message}`)
      if (error.fatal) throw error
      // The coordinator may have committed, and may have aborted: the producer must hear that the program goes on.
      if (error.abortable && outcome.told === 'possibly') await this.#abort(transaction)
    }
  }

  async #abort(transaction: Transaction): Promise<void> {
    for (;;) {
      try {
        return await transaction.abort()
      } catch (error) {
        if (!(error instanceof KafkaError) || error.fatal) throw error
        if (error.code === 'PRODUCER_CLOSED' || error.code === 'ILLEGAL_STATE') throw error
        await this.#deps.pause(pauseMs)
      }
    }
  }

  async #failed(error: unknown): Promise<void> {
    if (!(error instanceof KafkaError)) return this.#deps.found(`no KafkaError: ${String(error)}`)
    if (error.fatal) await this.#deps.beginAnew()
  }
}
