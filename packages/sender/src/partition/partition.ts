import type { QueuedBatch } from '@sluice/accumulator'
import { nextSequence, zeroUuid } from '@sluice/protocol'
import { isBefore } from '../batch-order.js'
import type { ProducerIdAndEpoch } from '../producer-id/producer-id-manager.js'
import { Gate, type GateKey } from './pipelining.js'
import { NumberedBatches } from './sequence-window.js'

const mostInFlight = 5
const lastEpoch = 32_767

/** Where the numbers begin anew: under the next epoch of the same producer id (KIP-360), or under another id. */
export type Restart = 'next epoch' | 'new id'

/** The sequence numbers of one partition and what is under way. See the state machine in docs/architecture.md. */
export class PartitionProgress {
  producerId = -1n
  epoch = -1
  /** Handed to a connection and not answered, in the order of sequence. */
  readonly inFlight = new Set<QueuedBatch>()
  readonly numbered = new NumberedBatches()
  readonly #gate = new Gate()
  #nextSequence = 0
  #restart: Restart | null = null
  /** The last batch whose number will not be used again though nobody has seen it accepted. */
  #gap: QueuedBatch | null = null
  /** The first of them that was surely not written. */
  #missing: QueuedBatch | null = null
  /** The last batch that is in the log, or may be, though one before it surely is not. */
  #overtaker: QueuedBatch | null = null

  readonly #allowReordering: boolean

  constructor(allowReordering = false) {
    this.#allowReordering = allowReordering
  }

  get identified(): boolean {
    return this.producerId !== -1n
  }

  get identity(): ProducerIdAndEpoch {
    return { id: this.producerId, epoch: this.epoch }
  }

  /** Whether the partition's next batch may go now. `head` is null when it is not sealed yet. */
  mayGo(head: QueuedBatch | null, key: GateKey): boolean {
    if (this.inFlight.size === 0) return true
    if (this.#allowReordering) return this.inFlight.size < mostInFlight
    const isRetry = head !== null && head.attempt.sequence >= 0
    if (isRetry || this.#restart !== null) return false
    return this.inFlight.size < mostInFlight && this.#gate.isOpenFor(key)
  }

  /** Gives the batch its sequence, once; a retry keeps it. `given` is for a partition that has no producer id yet. */
  number(batch: QueuedBatch, given: ProducerIdAndEpoch): void {
    const { attempt } = batch
    if (attempt.sequence >= 0) return
    if (!this.identified) this.#begin(given.id, given.epoch)
    attempt.producerId = this.producerId
    attempt.producerEpoch = this.epoch
    attempt.sequence = this.#nextSequence
    this.#nextSequence = nextSequence(this.#nextSequence, batch.count)
    this.numbered.add(batch)
  }

  /** It is handed to a connection. If the last OK was given under other circumstances, it counts no more when they return. */
  sent(batch: QueuedBatch, key: GateKey): void {
    this.inFlight.add(batch)
    if (!this.#gate.isOpenFor(key)) this.#gate.close()
  }

  closeGate(): void {
    this.#gate.close()
  }

  /** It is in the log. `key` is null where the broker did not say so with an OK. */
  accepted(batch: QueuedBatch, key: GateKey | null): void {
    const wasFirst = this.numbered.isFirst(batch)
    this.numbered.delete(batch)
    if (!wasFirst && this.numbered.isAheadOfUnwritten(batch)) this.mayBeAhead(batch)
    // A log that takes it has begun anew since then: there, one that is missing proves nothing.
    if (this.isBehindMissing(batch)) this.#missing = null
    // While an earlier one is open, or was given up later than this one, the OK says nothing of what comes next.
    if (!wasFirst || key === null || (this.#gap !== null && isBefore(batch, this.#gap))) return
    this.#gap = null
    this.#gate.open(key)
  }

  /**
   * It will not be sent again. If it was surely not written, what follows needs new numbers. If it may
   * have been, the partition is unresolved: the next one goes alone, and its answer shows.
   */
  gaveUp(batch: QueuedBatch): void {
    if (!this.numbered.delete(batch)) return
    this.#leaveGap(batch)
    if (batch.attempt.maybeWritten) return
    this.#noteMissing(batch)
    this.#restart ??= 'next epoch'
  }

  /** The first one's number is refused for good, so what was sent behind it has not been written either. */
  refused(batch: QueuedBatch, restart: Restart): void {
    for (const later of this.numbered) later.attempt.maybeWritten = false
    this.#leaveGap(batch)
    this.#noteMissing(batch)
    if (this.#restart !== 'new id') this.#restart = restart
  }

  /**
   * The topic is another one under the same name, whose log has nothing of what the old one was sent by its id: under
   * a new epoch that cannot be written twice. What was sent by name may be in the new log already.
   */
  recreated(): void {
    if (!this.identified) return
    for (const batch of this.numbered) {
      const { attempt } = batch
      if (!attempt.maybeWritten) continue
      if (attempt.unsureTopics.includes(zeroUuid)) this.mayBeAhead(batch)
      else {
        attempt.maybeWritten = false
        attempt.oldLogs = [...attempt.oldLogs, ...attempt.unsureTopics]
        attempt.unsureTopics = []
      }
    }
    // What the old log lacked proves nothing of the new one, which takes any first number.
    this.#missing = null
    this.#gate.close()
    this.#restart ??= 'next epoch'
  }

  /** The new log may have it, and not those before it: a broker without state for the producer takes any number. */
  mayBeAhead(batch: QueuedBatch): void {
    if (this.#overtaker === null || isBefore(this.#overtaker, batch)) this.#overtaker = batch
  }

  /** Whether a later one may be in the log already. */
  isOvertaken(batch: QueuedBatch): boolean {
    return this.#overtaker !== null && isBefore(batch, this.#overtaker)
  }

  /**
   * Whether the answer to one behind it can tell whether this one, refused as out of order, is in the log: a broker that
   * knows nothing but the last batch of a producer refuses those before it, and takes the last one for a duplicate.
   */
  canAskBehind(batch: QueuedBatch): boolean {
    const { maybeWritten, unsureTopics } = batch.attempt
    if (!maybeWritten || !this.numbered.isFirst(batch) || this.isOvertaken(batch)) return false
    // By name the topic may have been created again between the two: then the one behind tells nothing of this one.
    if (unsureTopics.includes(zeroUuid)) return false
    for (const other of this.numbered)
      if (other !== batch && other.attempt.maybeWritten) return true
    return false
  }

  /** Whether a number before this one is surely not in the log, so that no broker has taken this one either. */
  isBehindMissing(batch: QueuedBatch): boolean {
    return this.#missing !== null && isBefore(this.#missing, batch)
  }

  /**
   * True once nothing the old numbers concern is open. Before, whoever may have been written is sent again under
   * its old number until that is known: under a new epoch it could be written twice.
   */
  get mustRestart(): boolean {
    if (this.#restart === null || this.inFlight.size > 0 || this.numbered.someAside) return false
    for (const batch of this.numbered)
      if (batch.attempt.maybeWritten || this.isOvertaken(batch)) return false
    return true
  }

  /**
   * Takes the numbers back, all of batches that were surely not written, and begins at sequence 0 again. The
   * epoch is this partition's alone, for a broker keeps a producer's epoch for each partition.
   */
  startAnew(): void {
    const takesId = this.#restart === 'new id' || this.epoch >= lastEpoch
    this.numbered.clear()
    this.#restart = null
    this.#gap = null
    this.#missing = null
    this.#overtaker = null
    this.#gate.close()
    if (takesId) this.#begin(-1n, -1)
    else this.#begin(this.producerId, this.epoch + 1)
  }

  #leaveGap(batch: QueuedBatch): void {
    if (this.#gap === null || isBefore(this.#gap, batch)) this.#gap = batch
    this.#gate.close()
  }

  #noteMissing(batch: QueuedBatch): void {
    if (this.#missing === null || isBefore(batch, this.#missing)) this.#missing = batch
  }

  #begin(producerId: bigint, epoch: number): void {
    this.producerId = producerId
    this.epoch = epoch
    this.#nextSequence = 0
  }
}
