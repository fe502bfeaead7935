import type { KafkaError } from '@sluice/protocol'
import { afterEnd, alreadyOpen, stillEnding, unknownOutcome } from './misuse.js'
import { again, TransactionFailure } from './transaction-failure.js'

/**
 * Where a transaction is.
 * - `open`: records may be sent, unless something has failed: then it can only be aborted.
 * - `committing`, `aborting`: the call was made, and the end is not known.
 * - `committed`, `aborted`: surely.
 * - `lost`: the producer can do nothing more, since another one has its id or the cluster refuses it.
 */
type Phase = 'open' | 'committing' | 'aborting' | 'committed' | 'aborted' | 'lost'

/** How a transaction ends. */
export type TransactionEnding = 'committed' | 'aborted' | 'lost'

/** The state of one transaction, and which calls it allows. */
export class TransactionState {
  readonly failure = new TransactionFailure()
  readonly #onEnd: (end: TransactionEnding, failure: unknown) => void
  #phase: Phase = 'open'
  #lost: KafkaError | null = null
  /** Of records, once the transaction is lost. */
  #refusal: KafkaError | null = null

  /** @param onEnd - hears how the transaction ends, and what had failed first in it: undefined where nothing had */
  constructor(onEnd: (end: TransactionEnding, failure: unknown) => void) {
    this.#onEnd = onEnd
  }

  get phase(): Phase {
    return this.#phase
  }

  /** What has ended the producer; null where nothing has. */
  get fatal(): KafkaError | null {
    return this.#lost ?? this.failure.last
  }

  /** @throws KafkaError where nothing can be added to the transaction */
  checkAdding(call: string): void {
    // For each record.
    if (this.#phase === 'open' && !this.failure.isThere) return
    this.checkOpen(call)
    const failure = this.failure.shared()
    if (failure !== null) throw failure
  }

  /** @throws KafkaError after the call of `commit` or `abort` */
  checkOpen(call: string): void {
    if (this.#lost !== null) throw (this.#refusal ??= again(this.#lost))
    if (this.#phase !== 'open') throw afterEnd(call, this.#endCall)
  }

  /** @param isTold - whether a caller was told of the commit. @throws KafkaError where there is nothing to commit */
  checkCommit(isTold: boolean): void {
    if (this.#lost !== null) throw this.#lost
    if (this.#phase === 'open' || this.#phase === 'committing') return
    if (this.#phase !== 'committed' || isTold) throw afterEnd('commit', this.#endCall)
  }

  /** @throws KafkaError where the transaction cannot be aborted any more */
  checkAbort(): void {
    if (this.#lost !== null) throw this.#lost
    if (this.#phase === 'committing') throw unknownOutcome()
    if (this.#phase === 'committed') throw afterEnd('abort', 'commit')
  }

  /** @param isAwaited - whether a caller waits for the end. @throws KafkaError while the next transaction may not begin */
  checkNext(isAwaited: boolean): void {
    if (this.#phase === 'open') {
      const failure = this.failure.get()
      throw failure?.fatal ? failure : alreadyOpen(failure)
    }
    const isEnding = this.#phase === 'committing' || this.#phase === 'aborting'
    if (isEnding && isAwaited) throw stillEnding(this.#endCall)
  }

  become(phase: 'committing' | 'aborting' | 'committed' | 'aborted'): void {
    this.#phase = phase
    if (phase === 'committed' || phase === 'aborted') this.#onEnd(phase, this.failure.first)
  }

  /** The transaction is surely not committed, and must be aborted. */
  reopen(): void {
    this.#phase = 'open'
  }

  lose(error: KafkaError): void {
    this.#phase = 'lost'
    this.#lost = error
    this.#onEnd('lost', error)
  }

  get #endCall(): 'commit' | 'abort' {
    return this.#phase === 'aborting' || this.#phase === 'aborted' ? 'abort' : 'commit'
  }
}
