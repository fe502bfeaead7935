import type { ErrorCode, TopicPartition } from '@sluice/protocol'
import type { EmbeddedRuntime } from '../runtime.js'
import { KeyedTimers } from '../timers/keyed-timers.js'
import { judgeEnd, judgeEndWithBump } from './judge-end.js'
import { judgeInit } from './judge-init.js'
import { Markers, type MarkerTarget } from './markers.js'
import { isExhausted, Transaction, type ProducerIdentity } from './transaction.js'

/** What the coordinator needs from the cluster. */
export interface CoordinatorDeps {
  readonly runtime: EmbeddedRuntime
  /** The longest time-out that a transaction may have, in milliseconds. */
  readonly maxTimeoutMs: number
  /** The level of the feature `transaction.version`. */
  version(): number
  takeProducerId(): bigint
  /** Where the marker for a partition goes, null when there is no such partition any more. */
  targetOf(partition: TopicPartition): MarkerTarget | null
}

/** A request in the name of a transactional id. */
export interface TransactionRequest extends ProducerIdentity {
  readonly transactionalId: string
}

/** An InitProducerId with a transactional id. */
export interface InitRequest {
  readonly transactionalId: string
  readonly timeoutMs: number
  /** Who the producer says it is, null for a new instance. */
  readonly expected: ProducerIdentity | null
}

/**
 * The coordinator of all transactional ids (Kafka's `TransactionCoordinator`). Which broker it is, is for
 * `CoordinatorPlaces` to say: the state is that of the cluster, so that no broker takes it along when it stops.
 */
export class TransactionCoordinator {
  readonly markers = new Markers()
  readonly #deps: CoordinatorDeps
  readonly #transactions = new Map<string, Transaction>()
  /** One for each transaction that is under way. */
  readonly #timeouts: KeyedTimers<Transaction>

  constructor(deps: CoordinatorDeps) {
    this.#deps = deps
    this.#timeouts = new KeyedTimers(deps.runtime)
  }

  find(transactionalId: string): Transaction | undefined {
    return this.#transactions.get(transactionalId)
  }

  /** Ends all timers. */
  stop(): void {
    this.#timeouts.clearAll()
  }

  /** Gives a producer its identity, or the error to answer. */
  init({ expected, timeoutMs, transactionalId }: InitRequest): ProducerIdentity | ErrorCode {
    if (!(timeoutMs > 0 && timeoutMs <= this.#deps.maxTimeoutMs)) {
      return 'INVALID_TRANSACTION_TIMEOUT'
    }
    const transaction = this.#findOrMake(transactionalId)
    const verdict = judgeInit(transaction, expected)
    switch (verdict.kind) {
      case 'refused':
        return verdict.error
      case 'fence':
        this.#abort(transaction)
        return 'CONCURRENT_TRANSACTIONS'
      case 'next epoch':
        transaction.nextEpoch(verdict.lastEpoch)
        break
      case 'next id':
        transaction.rotate(this.#deps.takeProducerId(), verdict.lastEpoch)
        break
      case 'same epoch':
        transaction.sameEpoch()
    }
    transaction.timeoutMs = timeoutMs
    return transaction.identity
  }

  /** Enrols partitions in a transaction, and begins it where that is still to be done. @returns The error to answer, or null. */
  add(request: TransactionRequest, partitions: readonly TopicPartition[]): ErrorCode | null {
    const transaction = this.#current(request)
    if (typeof transaction === 'string') return transaction
    const begins = transaction.state !== 'Ongoing'
    if (!begins && partitions.every((partition) => transaction.has(partition))) return null
    transaction.add(partitions, this.#deps.runtime.wallClock())
    if (begins)
      this.#timeouts.set(transaction, transaction.timeoutMs, () => this.#abort(transaction))
    return null
  }

  /** Whether a partition is in the transaction of a producer. @returns The error to answer, or null. */
  verify(request: TransactionRequest, partition: TopicPartition): ErrorCode | null {
    const transaction = this.#current(request)
    if (typeof transaction === 'string') return transaction
    return transaction.has(partition) ? null : 'TRANSACTION_ABORTABLE'
  }

  /**
   * Ends a transaction. The markers are written at once, or as soon as they can be.
   *
   * @param bump Whether it ends with the next epoch: the request is of a version of transactions 2.
   * @returns Who the producer is from now on, or the error to answer.
   */
  end(
    request: TransactionRequest,
    committed: boolean,
    bump: boolean,
  ): ProducerIdentity | ErrorCode {
    const transaction = this.#transactions.get(request.transactionalId)
    if (transaction === undefined) return 'INVALID_PRODUCER_ID_MAPPING'
    const judge = bump ? judgeEndWithBump : judgeEnd
    const verdict = judge(transaction, request, committed)
    if (verdict.kind === 'refused') return verdict.error
    if (verdict.kind === 'done') return transaction.identity
    this.#prepare(transaction, committed, bump)
    const afterwards = transaction.identityAfterwards
    this.#writeMarkers(transaction)
    return afterwards
  }

  /** Aborts a transaction in the place of its producer, which is fenced, as when its time has run out. */
  abortOngoing(transaction: Transaction): boolean {
    if (transaction.state !== 'Ongoing') return false
    this.#abort(transaction)
    return true
  }

  #abort(transaction: Transaction): void {
    const bump = this.#deps.version() >= 2
    if (!bump) transaction.fence()
    this.#prepare(transaction, false, bump)
    this.#writeMarkers(transaction)
  }

  /** With the last epoch goes the producer id. */
  #prepare(transaction: Transaction, committed: boolean, bump: boolean): void {
    const isLastEpoch = bump && isExhausted(transaction.producerEpoch)
    transaction.prepare(committed, bump, isLastEpoch ? this.#deps.takeProducerId() : null)
  }

  #writeMarkers(transaction: Transaction): void {
    this.#timeouts.clear(transaction)
    const committed = transaction.state === 'PrepareCommit'
    const targets = transaction.partitions
      .map((partition) => this.#deps.targetOf(partition))
      .filter((target) => target !== null)
    const marker = { ...transaction.identity, committed }
    this.markers.write(marker, targets, () => transaction.complete())
  }

  /** The transaction that a producer may enrol partitions in, or the error to answer. */
  #current({
    producerEpoch,
    producerId,
    transactionalId,
  }: TransactionRequest): Transaction | ErrorCode {
    const transaction = this.#transactions.get(transactionalId)
    if (transaction?.producerId !== producerId) return 'INVALID_PRODUCER_ID_MAPPING'
    if (transaction.producerEpoch !== producerEpoch) return 'PRODUCER_FENCED'
    return transaction.isEnding ? 'CONCURRENT_TRANSACTIONS' : transaction
  }

  #findOrMake(transactionalId: string): Transaction {
    const known = this.#transactions.get(transactionalId)
    if (known !== undefined) return known
    const transaction = new Transaction(transactionalId, this.#deps.takeProducerId())
    this.#transactions.set(transactionalId, transaction)
    return transaction
  }
}
