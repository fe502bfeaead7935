import { type ErrorCode, type KafkaError, produceApi, type TopicPartition } from '@sluice/protocol'
import type { ProducerIdAndEpoch } from '../producer-id/epochs.js'
import { topicRecreated } from '../topics/errors.js'
import { Additions } from './additions.js'
import type { Coordinators } from './coordinators.js'
import { Enrolment } from './enrolment.js'
import { doubtedByLeader, illegal, mustAbort, ofCommit, remedyFor } from './errors.js'
import type { ProducerIdentity } from './producer-identity.js'
import { TransactionEnd } from './transaction-end.js'
import type { TransactionRequests } from './transaction-requests.js'
import type { TransactionScope } from './transaction-scope.js'
import { StateOfTransaction } from './transaction-state.js'
import type { OffsetsOfGroup, Transactions } from './transactions.js'

/** From Produce 12 on a batch enrols its partition, which version 1 has a request for. */
const lastProduceOfVersion1 = 11

/** With these a broker refuses the producer itself, not the batch. */
const lastingOfProduce: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
])

export interface TransactionManagerDeps {
  readonly coordinators: Coordinators
  readonly requests: TransactionRequests
  readonly identity: ProducerIdentity
  readonly transactionalId: string
  readonly transactionTimeoutMs: number
  now(): number
  /** The send loop is to run. */
  wake(): void
  /** Whether a connection may still read bytes of a batch. */
  hasInFlight(): boolean
  /** Fails the batches that are not in flight now. @returns whether there were any; then there may be more in the next turn */
  failQueued(error: KafkaError): boolean
  /** Resolves in the next turn of the event loop. */
  turn(): Promise<void>
}

/** Begins and ends transactions, one at a time, and tells the send loop what belongs to the open one. It owns the state. */
export class TransactionManager implements Transactions, TransactionScope {
  readonly #deps: TransactionManagerDeps
  readonly #state = new StateOfTransaction()
  readonly #enrolment = new Enrolment()
  readonly #additions: Additions
  readonly #end: TransactionEnd
  #preparing: Promise<void> | null = null
  #findingOut: Promise<KafkaError> | null = null
  /** The end that a caller has asked for and that is under way. */
  #ending: { readonly commit: boolean; readonly done: Promise<void> } | null = null
  /** Called when nothing is in flight; null while nothing waits for that. */
  #whenIdle: (() => void) | null = null
  #closed: KafkaError | null = null

  constructor(deps: TransactionManagerDeps) {
    this.#deps = deps
    const shared = { ...deps, state: this.#state, enrolment: this.#enrolment }
    this.#additions = new Additions({
      ...shared,
      isOpen: () => this.#state.now === 'inTransaction',
      doomed: (error) => this.#doomed(error),
    })
    this.#end = new TransactionEnd({ ...shared, noneInFlight: () => this.#noneInFlight() })
  }

  async initialize(): Promise<void> {
    this.#checkUsable()
    if (this.#state.now === 'uninitialized' || this.#preparing !== null) await this.#prepare()
  }

  async begin(): Promise<void> {
    this.#checkUsable()
    this.#checkNoneOpen()
    await this.#ending?.done.catch(() => {})
    await this.#findingOut
    this.#checkUsable()
    if (this.#state.now === 'abortableError') await this.end(false)
    await this.#prepare()
    // Another call may have been faster.
    this.#checkNoneOpen()
    this.#state.become('inTransaction')
    this.#deps.wake()
  }

  async sendOffsets(offsets: OffsetsOfGroup): Promise<void> {
    this.#checkOpen()
    await this.#additions.sendOffsets(offsets)
  }

  async end(commit: boolean): Promise<void> {
    if (commit) this.#checkKnown()
    this.#checkUsable()
    if (this.#ending !== null && this.#ending.commit !== commit) throw this.#otherEnd()
    const ending = (this.#ending ??= { commit, done: this.#endOnce(commit) })
    try {
      await ending.done
    } finally {
      if (this.#ending === ending) this.#ending = null
      this.#renewSoon()
      this.#deps.wake()
    }
  }

  get transactionalId(): string {
    return this.#deps.transactionalId
  }

  get maxProduceVersion(): number {
    return this.#deps.identity.version === 1 ? lastProduceOfVersion1 : produceApi.maxVersion
  }

  get producer(): ProducerIdAndEpoch | null {
    return this.#deps.identity.current
  }

  loseSequences(used: ProducerIdAndEpoch): void {
    this.#deps.identity.spend(used)
  }

  admits(of: TopicPartition): boolean {
    if (this.#state.now !== 'inTransaction') return false
    if (this.#deps.identity.version === 2 || this.#enrolment.has(of)) return true
    this.#enrolment.want(of)
    return false
  }

  sent(of: TopicPartition): void {
    this.#enrolment.tell(this.#deps.now())
    this.#enrolment.add(of)
  }

  failed(error: KafkaError): KafkaError {
    if (this.#state.now === 'inTransaction') {
      this.#state.become(lastingOfProduce.has(error.code) ? 'fatalError' : 'abortableError', error)
      this.#deps.wake()
    }
    const isKnown = this.#state.now === 'fatalError' || remedyFor(error.code) !== 'find out'
    const { transactionalId, transactionTimeoutMs } = this.#deps
    return isKnown ? error : doubtedByLeader(error, transactionalId, transactionTimeoutMs)
  }

  recreated(topic: string): void {
    if (this.#enrolment.hasTopic(topic)) this.failed(topicRecreated(topic))
  }

  look(): void {
    const { coordinators, failQueued, hasInFlight, wake } = this.#deps
    coordinators.look()
    const { now, error } = this.#state
    const isFailing =
      (now === 'abortableError' && failQueued(mustAbort(error!))) ||
      (now === 'fatalError' && failQueued(error!))
    if (isFailing) wake()
    if (this.#whenIdle !== null && !hasInFlight()) this.#whenIdle()
  }

  enrol(): void {
    if (this.#state.now === 'inTransaction') void this.#additions.addWanted()
  }

  close(error: KafkaError): void {
    this.#closed = error
    this.#deps.coordinators.close(error)
    this.#whenIdle?.()
  }

  async #prepare(): Promise<void> {
    this.#preparing ??= this.#prepareOnce()
    try {
      await this.#preparing
    } finally {
      this.#preparing = null
    }
  }

  /** Not only when the next transaction begins: until then another producer may have been started, which this would fence. */
  #renewSoon(): void {
    const isDue = this.#state.now === 'ready' && this.#deps.identity.isSpent
    // What fails now is tried again then, and told.
    if (isDue) this.#prepare().catch(() => {})
  }

  async #prepareOnce(): Promise<void> {
    const { identity } = this.#deps
    this.#state.become('initializing')
    try {
      await identity.prepare()
      this.#state.become('ready')
    } catch (thrown) {
      const error = thrown as KafkaError
      if (error.code === 'PRODUCER_FENCED') this.#state.become('fatalError', error)
      else this.#state.become(identity.current === null ? 'uninitialized' : 'ready')
      throw error
    }
  }

  async #endOnce(commit: boolean): Promise<void> {
    // At once, so that what cannot be added gives up.
    if (!commit && this.#state.now === 'inTransaction') this.#state.become('aborting')
    this.#deps.wake()
    await this.#additions.settled()
    await this.#findingOut
    if (!commit) return await this.#end.abort()
    this.#checkOpen()
    await this.#end.commit()
  }

  async #doomed(error: KafkaError): Promise<KafkaError> {
    if (this.#closed !== null) return this.#closed
    if (this.#findingOut !== null) return await this.#findingOut
    const { now, error: known } = this.#state
    if (now === 'fatalError') return known!
    if (now !== 'inTransaction') return mustAbort(known ?? error)
    const remedy = remedyFor(error.code)
    if (remedy === 'find out') return await this.#findOut(error)
    this.#state.become(remedy === 'give up' ? 'fatalError' : 'abortableError', error)
    this.#deps.wake()
    return remedy === 'give up' || error.abortable ? error : mustAbort(error)
  }

  async #findOut(reason: KafkaError): Promise<KafkaError> {
    const found = this.#end.findOut(reason).then(
      () => mustAbort(this.#state.error!),
      (error: KafkaError) => error,
    )
    this.#findingOut = found
    const error = await found
    this.#findingOut = null
    this.#deps.wake()
    return error
  }

  /** Closing ends the wait, too. */
  #noneInFlight(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenIdle = () => {
        this.#whenIdle = null
        resolve()
      }
      this.#deps.wake()
    })
  }

  #checkNoneOpen(): void {
    if (this.#state.now === 'inTransaction') throw illegal('a transaction is open')
  }

  #checkOpen(): void {
    this.#checkUsable()
    const { now, error } = this.#state
    if (now === 'abortableError') throw mustAbort(error!, 'no')
    if (now !== 'inTransaction') throw illegal('no transaction is open')
  }

  #checkUsable(): void {
    if (this.#closed !== null) throw this.#closed
    if (this.#state.now === 'fatalError') throw this.#state.error!
  }

  /** A commit that may have been carried out, and that nobody can be asked about any more, is not called uncommitted. */
  #checkKnown(): void {
    const { now, error, mayBeCommitted } = this.#state
    const last = this.#closed ?? (now === 'fatalError' ? error : null)
    if (!mayBeCommitted) return
    if (last !== null) throw ofCommit(last, 'possibly')
    if (now === 'abortableError') throw mustAbort(error!, 'possibly')
  }

  #otherEnd(): KafkaError {
    return illegal(
      this.#ending!.commit
        ? 'the transaction is being committed, and it is not known yet whether it is; call commit() again'
        : 'the transaction is being aborted; call abort() again',
    )
  }
}
