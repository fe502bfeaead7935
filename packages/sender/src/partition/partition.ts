import type { QueueBatch } from '@sluice/accumulator'
import { nextSequence } from '@sluice/protocol'
import type { EpochBump, Epochs, ProducerIdAndEpoch } from '../producer-id/epochs.js'
import type { Attempt } from './attempt.js'
import { Gate, mostInFlight } from './pipelining.js'
import { isUnresolved, mayResequence } from './queries.js'
import type { SentBatch } from './sent-batch.js'
import { SequenceWindow } from './sequence-window.js'

/**
 * What the sender remembers of one partition: the batches that were sent, the sequence of the next one, and whether several
 * may be in flight. See the state machine in docs/architecture.md.
 */
export class Partition {
  readonly window = new SequenceWindow()
  readonly #epochs: Epochs
  readonly #allowReordering: boolean
  readonly #gate = new Gate()
  #producer: ProducerIdAndEpoch | null = null
  #nextSequence = 0
  /** The bump that is due; null while the sequences go on. */
  #epochBump: EpochBump | null = null

  constructor(epochs: Epochs, allowReordering: boolean) {
    this.#epochs = epochs
    this.#allowReordering = allowReordering
  }

  /** Under which producer id and epoch the partition gives sequences; null until its first batch, and while a new id is awaited. */
  get producer(): ProducerIdAndEpoch | null {
    return this.#producer
  }

  /** Whether nothing of the partition is in flight. Then its next batch may be sent. */
  get isIdle(): boolean {
    return this.window.inFlight === 0
  }

  /**
   * Whether the partition's next batch may be sent, in this attempt, behind what is in flight. `head` is null where that batch
   * is not sealed yet.
   */
  mayDrainBehind(head: QueueBatch | null, attempt: Attempt): boolean {
    if (this.window.inFlight >= mostInFlight) return false
    if (this.#allowReordering) return true
    if (this.#epochBump !== null || !this.#gate.isOpenFor(attempt)) return false
    // A batch that has a sequence is sent again, which it is alone.
    return head === null || (this.window.find(head)?.sequence ?? -1) < 0
  }

  /**
   * The batch is handed to a connection. With its first attempt it gets a sequence, and keeps it. `initial` is for a partition
   * that has no producer id yet.
   */
  send(batch: QueueBatch, attempt: Attempt, initial: ProducerIdAndEpoch | null): SentBatch {
    const sent = this.window.send(batch, attempt)
    this.#producer ??= initial
    if (sent.sequence < 0 && this.#hasSequences) this.#assignSequence(sent)
    // Sending under another leader, connection or topic closes the gate; it stays closed if the old ones come back.
    if (!this.#gate.isOpenFor(attempt)) this.#gate.close()
    return sent
  }

  closeGate(): void {
    this.#gate.close()
  }

  /** The batch is in the log. `isOk`: the broker said so with an OK to its last attempt, so it knows this producer. */
  written(sent: SentBatch, isOk: boolean): void {
    const goesOn = this.window.written(sent)
    if (goesOn && isOk) this.#gate.open(sent.attempt)
  }

  /**
   * The batch will not be sent again. If it is surely not in the log, what follows needs new sequences. If it may be, the next
   * batch goes alone, and its answer tells.
   */
  giveUp(sent: SentBatch): void {
    const { sequence } = sent
    const isAbsent = !isUnresolved(this.window, sent)
    const { producer } = sent
    this.window.giveUp(sent)
    if (sequence < 0) return
    this.#gate.close()
    this.#epochs.gaveUp(producer!)
    if (isAbsent) this.#epochBump ??= 'nextEpoch'
  }

  /** The broker has refused records of the batch, and so has written none of it. `rest` is the batch without them. */
  exclude(sent: SentBatch, rest: SentBatch): void {
    const hasGap = this.window.exclude(sent, rest)
    if (sent.sequence < 0) return
    this.#gate.close()
    if (hasGap) this.#epochBump ??= 'nextEpoch'
    else this.#nextSequence = nextSequence(rest.sequence, rest.batch.count)
  }

  /** The first open batch's sequence is rejected for good: it needs another one. */
  rejectSequence(bump: EpochBump): void {
    this.window.rejectSequence()
    this.#gate.close()
    if (this.#epochBump !== 'newId') this.#epochBump = bump
  }

  /** The topic is another one under the same name, created for the so many-th time. Its logs know none of the sequences. */
  recreated(recreations: number): void {
    this.window.recreated(recreations)
    if (!this.#hasSequences) return
    this.#gate.close()
    this.#epochBump ??= 'nextEpoch'
  }

  /**
   * Gives new sequences, once nothing that has an old one is open. Before that, a batch that may have been written is sent
   * again with the sequence it has: under a new epoch it could be written twice.
   */
  bumpEpochIfDue(): void {
    if (this.#epochBump === null || !mayResequence(this.window)) return
    this.window.resequence()
    this.#gate.close()
    this.#producer = this.#epochs.next(this.#producer!, this.#epochBump)
    this.#nextSequence = 0
    this.#epochBump = null
  }

  /** Forgets sequences of an epoch that is over, once nothing that has one is open. */
  beginAnewIfDue(): void {
    if (this.#producer === null || !this.#epochs.isOver(this.#producer)) return
    if (!this.window.isClear) return
    this.window.resequence()
    this.#gate.close()
    this.#producer = null
    this.#nextSequence = 0
    this.#epochBump = null
  }

  /** The topic is gone, and so will this object be. @returns false while it must stay */
  retire(): boolean {
    return !this.#hasSequences || this.#epochs.retire(this.#producer!)
  }

  get #hasSequences(): boolean {
    return this.#producer !== null && this.#producer.id >= 0n
  }

  #assignSequence(sent: SentBatch): void {
    sent.producer = this.#producer
    sent.sequence = this.#nextSequence
    this.#nextSequence = nextSequence(this.#nextSequence, sent.batch.count)
  }
}
