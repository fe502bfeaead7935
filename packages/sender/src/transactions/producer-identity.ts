import { type ErrorCode, isRetriable, type KafkaError } from '@sluice/protocol'
import type { ProducerIdAndEpoch } from '../producer-id/epochs.js'
import type { CoordinatorAnswer } from './coordinators.js'
import { fenced, isFencing, notInitialized } from './errors.js'
import { isAborted, isAt, isOpen, type Standing } from './standing.js'
import type {
  EndTxnResponse,
  InitProducerIdResponse,
  TransactionRequests,
  TransactionVersion,
} from './transaction-requests.js'

const none: ProducerIdAndEpoch = { id: -1n, epoch: -1 }

export interface ProducerIdentityDeps {
  readonly requests: TransactionRequests
  readonly transactionalId: string
  readonly transactionTimeoutMs: number
  /** The version that the cluster has finalized. */
  clusterVersion(): TransactionVersion
}

/**
 * The producer id and epoch that the coordinator has given to the transactional id, and the rules by which its transactions go.
 * Everything under an older epoch is refused by the brokers.
 */
export class ProducerIdentity {
  readonly #deps: ProducerIdentityDeps
  #current: ProducerIdAndEpoch | null = null
  #version: TransactionVersion = 1
  #isSpent = false
  /** Whether the coordinator may have acted, or may yet, on a request under this epoch although no answer said so. */
  #isUnsure = false

  constructor(deps: ProducerIdentityDeps) {
    this.#deps = deps
  }

  get current(): ProducerIdAndEpoch | null {
    return this.#current
  }

  get version(): TransactionVersion {
    return this.#version
  }

  /** Whether the next transaction needs another epoch. */
  get isSpent(): boolean {
    return this.#isSpent
  }

  /** The next transaction needs another epoch, unless it gets one anyway. */
  spend(used: ProducerIdAndEpoch): void {
    if (used === this.#current) this.#isSpent = true
  }

  /**
   * Makes the identity fit for another transaction: the first time, or where the epoch is spent, or the cluster goes by other
   * rules now. @throws KafkaError where the coordinator refuses it
   */
  async prepare(): Promise<void> {
    if (this.#current === null) return await this.#begin()
    if (this.#isSpent || this.#version !== this.#deps.clusterVersion()) await this.renew()
  }

  /** The coordinator may have acted, or may yet, on a request under the present epoch although no answer said so. */
  doubt(): void {
    this.#isUnsure = true
  }

  /**
   * Asks for the next epoch. With it a request or a batch of the last transaction that is still on its way does nothing any
   * more. Another producer may have been started since the last answer of the coordinator, and an InitProducerId aborts what
   * is open before Kafka looks at the epoch. So the coordinator is asked first whether the id is still where this producer
   * has left it. Brokers that do not tell that are taken at the word of InitProducerId alone.
   *
   * @throws KafkaError PRODUCER_FENCED, or why the coordinator refuses it
   */
  async renew(): Promise<void> {
    const current = this.#current!
    try {
      await this.#takeWhere(
        (found) => found === null || isAt(found, current) || (this.#isUnsure && !isOpen(found)),
        current,
      )
    } catch (error) {
      if ((error as KafkaError).code !== 'PRODUCER_FENCED') throw error
      await this.renewIfAborted(false)
    }
  }

  /**
   * A coordinator takes another producer for the present one. Under version 1 that is so, too, where it has aborted a
   * transaction, as it does when one takes too long: it fences the epoch with the next one, and gives that to nobody. Then this
   * producer takes it. Where the coordinator never had a transaction of this producer open, it cannot have aborted one, and
   * the epoch behind is that of a newer producer, which may have aborted one of its own.
   *
   * @param wasOpen - whether the coordinator has said that a transaction of this producer is open
   * @throws KafkaError PRODUCER_FENCED, or why the coordinator refuses it
   */
  async renewIfAborted(wasOpen: boolean): Promise<void> {
    const mayBeAborted = this.#version === 1 && (wasOpen || this.#isUnsure)
    if (!mayBeAborted) throw fenced(this.#deps.transactionalId)
    const next = { ...this.#current!, epoch: this.#current!.epoch + 1 }
    await this.#takeWhere(
      (found, mayBeTaken) =>
        found !== null && (isAborted(found, next) || (mayBeTaken && !isOpen(found))),
      next,
    )
  }

  /** The transaction has ended. Under version 2 the answer holds the next epoch. */
  ended({ response, isUnsure }: CoordinatorAnswer<EndTxnResponse>): void {
    const next = producerOf(response!)
    if (next.id >= 0n && next.epoch >= 0) this.#adopt(next)
    // An EndTxn that is still on its way would end the next transaction under the same epoch.
    else if (isUnsure) this.#isSpent = true
  }

  /** The first producer id and epoch. A producer that begins may abort what another has left open. */
  async #begin(): Promise<void> {
    const answer = await this.#deps.requests.initProducerId(none)
    if (answer.code !== null) throw this.#refused(answer, answer.code, none)
    this.#adopt(producerOf(answer.response!))
  }

  /**
   * Takes the epoch behind the known one, as long as the id stands where it may do so.
   *
   * @param isFree - judges where the id stands; `mayBeTaken`: an earlier question may have been carried out
   */
  async #takeWhere(
    isFree: (found: Standing | null, mayBeTaken: boolean) => boolean,
    known: ProducerIdAndEpoch,
  ): Promise<void> {
    const { requests, transactionalId } = this.#deps
    for (let mayBeTaken = false; ;) {
      if (!isFree(await requests.standing(), mayBeTaken)) throw fenced(transactionalId)
      const answer = await requests.initProducerId(known)
      const { code, isUnsure } = answer
      if (code === null) return this.#adopt(producerOf(answer.response!))
      mayBeTaken ||= isUnsure
      this.#isUnsure ||= isUnsure || hasFenced(code)
      if (!isRetriable(code)) throw this.#refused(answer, code, known)
    }
  }

  #refused(
    { error }: CoordinatorAnswer<InitProducerIdResponse>,
    code: ErrorCode,
    known: ProducerIdAndEpoch,
  ): KafkaError {
    const { transactionalId, transactionTimeoutMs } = this.#deps
    return known !== none && isFencing(code)
      ? fenced(transactionalId)
      : notInitialized(code, transactionalId, transactionTimeoutMs, error)
  }

  #adopt(producer: ProducerIdAndEpoch): void {
    this.#current = producer
    this.#version = this.#deps.clusterVersion()
    this.#isSpent = false
    this.#isUnsure = false
  }
}

function producerOf({
  producerId: id,
  producerEpoch: epoch,
}: InitProducerIdResponse | EndTxnResponse): ProducerIdAndEpoch {
  return { id, epoch }
}

/** Where a late request had opened another transaction, a refused InitProducerId has aborted that, and so fenced the epoch. */
function hasFenced(code: ErrorCode): boolean {
  return isFencing(code) || code === 'CONCURRENT_TRANSACTIONS'
}
