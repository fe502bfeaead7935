import type { EmbeddedTransaction } from '../embedded-transaction.js'
import { invalidOption } from '../require-option.js'
import type { Transaction } from '../transactions/transaction.js'
import type { ClusterState } from './cluster-state.js'
import type { CoordinatorKind } from './coordinator-places.js'
import { TopicControl } from './topic-control.js'

const highestEpoch = 32_767

/** What a test can do to transactions and to coordinators. Every argument is checked, as by {@link TopicControl}. */
export class TransactionControl extends TopicControl {
  readonly #state: ClusterState

  constructor(state: ClusterState, brokers: number) {
    super(state, brokers)
    this.#state = state
  }

  transaction(transactionalId: string): EmbeddedTransaction | undefined {
    const found = this.#state.transactions.find(transactionalId)
    if (found === undefined) return undefined
    const { identity, partitions, state, timeoutMs } = found
    return { state, ...identity, timeoutMs, partitions }
  }

  timeOutTransaction(transactionalId: string): void {
    const transaction = this.#transaction(transactionalId)
    if (this.#state.transactions.abortOngoing(transaction)) return
    throw invalidOption(`transaction ${transactionalId} is ${transaction.state}, not Ongoing`)
  }

  holdMarkers(): () => void {
    return this.#state.transactions.markers.hold()
  }

  setProducerEpoch(transactionalId: string, epoch: number): void {
    if (!Number.isInteger(epoch) || epoch < 0 || epoch > highestEpoch) {
      throw invalidOption(`an epoch is from 0 to ${highestEpoch}, not ${epoch}`)
    }
    this.#transaction(transactionalId).producerEpoch = epoch
  }

  moveCoordinator(kind: CoordinatorKind, name: string, broker: number): void {
    if (kind !== 'group' && kind !== 'transaction') {
      throw invalidOption(
        `a coordinator is that of a "group" or of a "transaction", not ${String(kind)}`,
      )
    }
    this.requireBrokerOrNone(broker)
    this.#state.coordinators.move(kind, name, broker)
    if (kind === 'group') this.#state.groups.moved(name)
  }

  finalizeFeature(name: string, level: number): void {
    this.#state.features.set(name, level)
  }

  #transaction(transactionalId: string): Transaction {
    const found = this.#state.transactions.find(transactionalId)
    if (found !== undefined) return found
    throw invalidOption(`the coordinator knows no transactional id ${transactionalId}`)
  }
}
