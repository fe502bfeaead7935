import type { KafkaError } from '@sluice/protocol'

/**
 * What may follow each state of a transactional sender (Kafka's `TransactionManager.State`): the state machine of
 * docs/architecture.md.
 * - `uninitialized`: there is no producer id yet.
 * - `initializing`: the coordinator is asked for a producer id, or for the next epoch of the one there is.
 * - `ready`: no transaction is open.
 * - `inTransaction`: a transaction is open, and batches may be sent.
 * - `abortableError`: the transaction is open and cannot commit any more.
 * - `committing`, `aborting`: the end of the transaction is under way. Only one of the two ends can follow.
 * - `fatalError`: another producer uses the same transactional id, or the cluster refuses it. There is no way back.
 */
export const nextStates = {
  uninitialized: ['initializing'],
  initializing: ['ready', 'uninitialized', 'fatalError'],
  ready: ['inTransaction', 'initializing'],
  inTransaction: ['committing', 'aborting', 'abortableError', 'fatalError'],
  abortableError: ['aborting'],
  committing: ['ready', 'abortableError', 'aborting', 'fatalError'],
  aborting: ['ready', 'abortableError', 'fatalError'],
  fatalError: [],
} as const

export type TransactionState = keyof typeof nextStates

/** The state of a transactional sender, and the error that led to it. */
export class StateOfTransaction {
  #state: TransactionState = 'uninitialized'
  #error: KafkaError | null = null
  /** Whether the commit of the last transaction may have been carried out, although it was not answered so. */
  mayBeCommitted = false

  get now(): TransactionState {
    return this.#state
  }

  /** Why the transaction cannot commit, or why the producer can do nothing more; null in all other states. */
  get error(): KafkaError | null {
    return this.#error
  }

  /** `error` belongs to `abortableError` and `fatalError`. */
  become(next: TransactionState, error: KafkaError | null = null): void {
    const possible: readonly TransactionState[] = nextStates[this.#state]
    if (!possible.includes(next))
      throw new Error(`A transaction that is ${this.#state} cannot become ${next}`)
    this.#state = next
    this.#error = error
    if (next === 'inTransaction') this.mayBeCommitted = false
  }
}
