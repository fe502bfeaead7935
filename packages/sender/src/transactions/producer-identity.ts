import type { ErrorCode, KafkaError } from '@sluice/protocol'
import type { ProducerIdAndEpoch } from '../producer-id/epochs.js'
import type { CoordinatorAnswer } from './coordinators.js'
import { fenced, isFencing, notInitialized } from './errors.js'
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
    if (this.#current === null) return await this.#take(none)
    if (this.#isSpent || this.#version !== this.#deps.clusterVersion()) await this.renew()
  }

  /**
   * Asks for the next epoch. With it a request or a batch of the last transaction that is still on its way does nothing any
   * more.
   *
   * @throws KafkaError PRODUCER_FENCED, or why the coordinator refuses it
   */
  async renew(): Promise<void> {
    try {
      await this.#take(this.#current!)
    } catch (error) {
      // Where a late request had opened another transaction, this has aborted that, and so fenced the epoch.
      if ((error as KafkaError).code !== 'PRODUCER_FENCED') throw error
      await this.renewIfAborted()
    }
  }

  /**
   * A coordinator takes another producer for the present one. Under version 1 that is so, too, where it has aborted a
   * transaction, as it does when one takes too long: it fences the epoch with the next one, and gives that to nobody. Then this
   * producer takes it. To ask for an epoch without looking first would abort what another producer does (Kafka looks at the
   * epoch last).
   *
   * @throws KafkaError PRODUCER_FENCED, or why the coordinator refuses it
   */
  async renewIfAborted(): Promise<void> {
    const { requests, transactionalId } = this.#deps
    const next = { ...this.#current!, epoch: this.#current!.epoch + 1 }
    const isFree = this.#version === 1 && (await requests.wasAborted(next))
    if (!isFree) throw fenced(transactionalId)
    await this.#take(next)
  }

  /** The transaction has ended. Under version 2 the answer holds the next epoch. */
  ended({ response, isUnsure }: CoordinatorAnswer<EndTxnResponse>): void {
    const { producerId: id, producerEpoch: epoch } = response!
    if (id >= 0n && epoch >= 0) this.#adopt({ id, epoch })
    // An EndTxn that is still on its way would end the next transaction under the same epoch.
    else if (isUnsure) this.#isSpent = true
  }

  async #take(known: ProducerIdAndEpoch): Promise<void> {
    const answer = await this.#deps.requests.initProducerId(known)
    if (answer.code !== null) throw this.#refused(answer, answer.code, known)
    const { producerId: id, producerEpoch: epoch } = answer.response!
    this.#adopt({ id, epoch })
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
  }
}
