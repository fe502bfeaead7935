import type { KafkaError } from '@sluice/protocol'
import type { CoordinatorAnswer } from './coordinators.js'
import type { Enrolment } from './enrolment.js'
import { illegal, refused, remedyFor } from './errors.js'
import type { ProducerIdentity } from './producer-identity.js'
import type { TransactionRequests } from './transaction-requests.js'
import type { OffsetsOfGroup } from './transactions.js'

export interface AdditionsDeps {
  readonly enrolment: Enrolment
  readonly requests: TransactionRequests
  readonly identity: ProducerIdentity
  readonly transactionTimeoutMs: number
  now(): number
  /** The send loop is to run. */
  wake(): void
  /** Whether the transaction may commit still. */
  isOpen(): boolean
  /** The transaction can only be aborted now. @returns what callers are told */
  doomed(error: KafkaError): Promise<KafkaError>
}

/** What the coordinators must hear of while a transaction is open: under version 1 its partitions and groups, and its offsets. */
export class Additions {
  readonly #deps: AdditionsDeps
  /** A coordinator aborts a transaction that is older, so nothing can be added to it any more. */
  readonly #isOpen = (): boolean => {
    const { isOpen, now, enrolment, transactionTimeoutMs } = this.#deps
    return isOpen() && now() - enrolment.since < transactionTimeoutMs
  }
  #adding: Promise<void> | null = null
  readonly #sending = new Set<Promise<void>>()

  constructor(deps: AdditionsDeps) {
    this.#deps = deps
  }

  /** Adds the partitions that batches wait for. Resolves when they may go, or never will. */
  async addWanted(): Promise<void> {
    const wanted = this.#adding === null ? this.#deps.enrolment.takeWanted() : null
    if (wanted === null) return
    this.#adding = this.#add(wanted)
    try {
      await this.#adding
    } catch (error) {
      await this.#deps.doomed(error as KafkaError)
    } finally {
      this.#adding = null
      this.#deps.wake()
    }
  }

  /** @throws KafkaError what the caller is told */
  async sendOffsets(offsets: OffsetsOfGroup): Promise<void> {
    const sending = this.#sendOffsets(offsets)
    this.#sending.add(sending)
    try {
      await sending
    } catch (error) {
      throw await this.#deps.doomed(error as KafkaError)
    } finally {
      this.#sending.delete(sending)
    }
  }

  /** Resolves when nothing is being added. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.#sending, this.#adding])
  }

  async #add(wanted: ReadonlyMap<string, ReadonlySet<number>>): Promise<void> {
    const { enrolment, requests, identity, now } = this.#deps
    enrolment.tell(now())
    const answer = await requests.addPartitions(identity.current!, wanted, this.#isOpen)
    this.#doubtAfter(answer)
    const { code, error } = answer
    if (code !== null) throw refused(code, 'AddPartitionsToTxn', namesOf(wanted), error)
    enrolment.addAll(wanted)
  }

  async #sendOffsets(offsets: OffsetsOfGroup): Promise<void> {
    const { requests, identity, enrolment, now, isOpen } = this.#deps
    const { groupId } = offsets
    // An earlier offset that is sent again must not come behind a later one.
    await Promise.allSettled(this.#sending)
    if (!isOpen()) throw illegal('the transaction ended before these offsets could be sent')
    enrolment.tell(now())
    if (identity.version === 1 && !enrolment.hasGroup(groupId)) await this.#addGroup(groupId)
    const { current, version } = identity
    const { code, error } = await requests.commitOffsets(current!, version, offsets, this.#isOpen)
    if (code !== null) throw refused(code, 'TxnOffsetCommit', `offsets of group ${groupId}`, error)
  }

  async #addGroup(groupId: string): Promise<void> {
    const { requests, identity, enrolment } = this.#deps
    const answer = await requests.addOffsets(identity.current!, groupId, this.#isOpen)
    this.#doubtAfter(answer)
    const { code, error } = answer
    if (code !== null) throw refused(code, 'AddOffsetsToTxn', `group ${groupId}`, error)
    enrolment.addGroup(groupId)
  }

  /** Unless the coordinator has refused the producer itself, it may have opened the transaction, or may yet. */
  #doubtAfter({ code, isUnsure }: CoordinatorAnswer<unknown>): void {
    if (isUnsure || (code !== null && remedyFor(code) !== 'find out')) this.#deps.identity.doubt()
  }
}

function namesOf(partitions: ReadonlyMap<string, ReadonlySet<number>>): string {
  return [...partitions]
    .map(([topic, numbers]) => `${topic} (${[...numbers].join(', ')})`)
    .join(', ')
}
