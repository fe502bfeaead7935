import type { KafkaError } from '@sluice/protocol'
import type { CoordinatorAnswer } from './coordinators.js'
import type { Enrolment } from './enrolment.js'
import {
  abortedByCoordinator,
  abortedWithTransaction,
  illegal,
  isFencing,
  mustAbort,
  ofCommit,
  refused,
  remedyFor,
} from './errors.js'
import type { ProducerIdentity } from './producer-identity.js'
import type { EndTxnResponse, TransactionRequests } from './transaction-requests.js'
import type { StateOfTransaction } from './transaction-state.js'

export interface TransactionEndDeps {
  readonly state: StateOfTransaction
  readonly enrolment: Enrolment
  readonly requests: TransactionRequests
  readonly identity: ProducerIdentity
  readonly transactionTimeoutMs: number
  /** Resolves when no connection may read bytes of a batch any more. */
  noneInFlight(): Promise<void>
  /** Fails the batches that are not in flight now. @returns whether there were any; then there may be more in the next turn */
  failQueued(error: KafkaError): boolean
  /** Resolves in the next turn of the event loop. */
  turn(): Promise<void>
}

/** The ways from an open transaction to its end. */
export class TransactionEnd {
  readonly #deps: TransactionEndDeps

  constructor(deps: TransactionEndDeps) {
    this.#deps = deps
  }

  /** @throws KafkaError with `persisted`: whether the transaction may be committed */
  async commit(): Promise<void> {
    const { state, enrolment, identity } = this.#deps
    state.become('committing')
    if (!enrolment.isEmpty) {
      const answer = await this.#endTxn(true).catch((closed: KafkaError) => {
        throw this.#noted(ofCommit(closed, 'possibly'))
      })
      if (answer.code !== null) throw this.#noted(await this.#notCommitted(answer))
      identity.ended(answer)
    }
    enrolment.clear()
    state.become('ready')
  }

  /** Batches that may be on their way are waited for: what comes after the end would belong to no transaction, or to the next one. */
  async abort(): Promise<void> {
    const { state, failQueued, turn } = this.#deps
    if (state.now === 'abortableError') state.become('aborting')
    if (state.now !== 'aborting') throw illegal('no transaction is open')
    await this.#abortSurely()
    // Before the next transaction may begin: what is in the queue then would belong to it.
    while (failQueued(abortedWithTransaction())) await turn()
    state.become('ready')
  }

  /**
   * A broker does not take this producer for the present one: another producer has the transactional id, or the coordinator
   * has aborted the transaction because it took too long. Only an abort tells. Afterwards the transaction is surely aborted.
   *
   * @throws KafkaError where the producer can do nothing more, or the coordinator does not tell
   */
  async findOut(reason: KafkaError): Promise<void> {
    const { state, transactionTimeoutMs } = this.#deps
    state.become('aborting')
    await this.#abortSurely()
    state.become('abortableError', abortedByCoordinator(reason, transactionTimeoutMs))
  }

  /** What the caller is told of the commit stays true of a commit that is called again. */
  #noted(told: KafkaError): KafkaError {
    this.#deps.state.mayBeCommitted = told.persisted === 'possibly'
    return told
  }

  /** The coordinator has refused the commit. @returns what the caller is told, once it is known what has become of it */
  async #notCommitted(answer: CoordinatorAnswer<unknown>): Promise<KafkaError> {
    const { state } = this.#deps
    const error = refused(answer.code!, 'EndTxn', 'the commit', answer.error)
    const remedy = remedyFor(error.code)
    const persisted = answer.isUnsure ? 'possibly' : 'no'
    if (remedy === 'give up') return ofCommit(this.#giveUp(error), persisted)
    if (remedy === 'abort') {
      state.become('abortableError', error)
      // An earlier attempt may have been carried out, or may be yet: nothing has been done against that.
      return mustAbort(error, persisted)
    }
    const failure = await this.findOut(error).catch((failed: KafkaError) => failed)
    if (failure instanceof Error) return ofCommit(failure, persisted)
    // Unless it has refused the epoch: if an earlier attempt had committed, the coordinator would have said so to the last one.
    return mustAbort(state.error!, isFencing(error.code) ? persisted : 'no')
  }

  /** @throws KafkaError what may be tried again leaves an abortable error behind, all else a fatal one */
  async #abortSurely(): Promise<void> {
    const { state, noneInFlight } = this.#deps
    await noneInFlight()
    try {
      await this.#abortOnBroker()
    } catch (thrown) {
      const error = thrown as KafkaError
      const isFinal = error.code === 'PRODUCER_FENCED' || remedyFor(error.code) === 'give up'
      if (isFinal) this.#giveUp(error)
      else state.become('abortableError', error)
      throw error
    }
  }

  async #abortOnBroker(): Promise<void> {
    const { enrolment, identity } = this.#deps
    if (!enrolment.isEmpty) {
      const answer = await this.#endTxn(false)
      if (answer.code === null) identity.ended(answer)
      else if (isFencing(answer.code)) await identity.renewIfAborted(enrolment.isAdded)
      // The coordinator knows of no open transaction. Under the next epoch there is surely none.
      else if (remedyFor(answer.code) === 'find out') await identity.renew()
      else throw refused(answer.code, 'EndTxn', 'the abort', answer.error)
    }
    enrolment.clear()
  }

  /** An earlier end of the same transaction makes this one unsure, too. */
  async #endTxn(committed: boolean): Promise<CoordinatorAnswer<EndTxnResponse>> {
    const { requests, identity, enrolment } = this.#deps
    const answer = await requests.endTxn(identity.current!, identity.version, committed)
    enrolment.mayHaveEnded ||= answer.isUnsure
    if (enrolment.mayHaveEnded) identity.doubt()
    return { ...answer, isUnsure: enrolment.mayHaveEnded }
  }

  #giveUp(error: KafkaError): KafkaError {
    this.#deps.state.become('fatalError', error)
    return error
  }
}
