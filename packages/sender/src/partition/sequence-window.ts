import type { QueueBatch } from '@sluice/accumulator'
import { type Attempt, isSameLeader, isSameLog } from './attempt.js'
import {
  isBeforeGivenUp,
  isBehindAbsent,
  isBehindUnwritten,
  isFirst,
  isOfPreviousTopic,
  isOpen,
  isUnresolved,
  type WindowFacts,
} from './queries.js'
import { type EndFate, type Entry, SentBatch } from './sent-batch.js'

/**
 * The batches of one partition that were sent, in the order of append, which is that of their sequences. It mirrors what the
 * broker remembers of this producer. A batch that ends leaves a tombstone. Tombstones leave once a batch behind them is
 * written and nothing before them is open. The window holds facts; every question is a query over them (queries.ts).
 */
export class SequenceWindow implements WindowFacts {
  readonly entries: Entry[] = []
  recreations = 0

  /** How many batches are in flight. */
  get inFlight(): number {
    let count = 0
    for (const { fate } of this.entries) if (fate === 'inFlight') count++
    return count
  }

  /** Whether every batch that was sent has ended. */
  get isClear(): boolean {
    return this.entries.every(({ batch }) => batch === null)
  }

  find(batch: QueueBatch): SentBatch | undefined {
    for (const entry of this.entries) if (entry.batch === batch) return entry
    return undefined
  }

  /** The batch is handed to a connection: the first time, or again. */
  send(batch: QueueBatch, attempt: Attempt): SentBatch {
    let sent = this.find(batch)
    if (sent === undefined) this.entries.push((sent = new SentBatch(batch, attempt)))
    sent.fate = 'inFlight'
    sent.followedNews = attempt.leaderEpoch > sent.attempt.leaderEpoch
    sent.attempt = attempt
    sent.attempts++
    return sent
  }

  /** The batch's request was answered, or is lost. What becomes of the batch is not decided yet. */
  answered(sent: SentBatch): void {
    sent.fate = 'queued'
  }

  /** An attempt has ended without a proof that the batch was not written. */
  noteUnresolved(sent: SentBatch, byName: boolean, forPreviousTopic: boolean): void {
    const { attempt } = sent
    // One for each log is enough, however often the batch is tried.
    const others = sent.unresolved.filter(
      (one) => one.byName !== byName || !isSameLog(one.attempt, attempt),
    )
    sent.unresolved = [...others, { attempt, byName }]
    if (!byName) return
    sent.unansweredByName = true
    // Between two answers another topic may have got the name, though the metadata does not tell yet.
    if (forPreviousTopic || isBehindUnwritten(this, sent)) sent.outOfOrder = true
  }

  /**
   * The batch is in the log.
   * @returns whether it was the first open one, with no batch behind it given up: then the sequences go on from here
   */
  written(sent: SentBatch): boolean {
    const wasFirst = isFirst(this, sent)
    if (!wasFirst && isBehindUnwritten(this, sent)) sent.outOfOrder = true
    // A log that takes a batch behind an absent one has begun anew since: there, what is absent proves nothing.
    if (isBehindAbsent(this, sent)) this.#doubtAbsent()
    const goesOn = wasFirst && !isBeforeGivenUp(this, sent)
    this.#end(sent, 'written')
    this.#forgetSettled()
    return goesOn
  }

  /** The batch will not be sent again. */
  giveUp(sent: SentBatch): void {
    if (sent.sequence < 0) this.entries.splice(this.entries.indexOf(sent), 1)
    else this.#end(sent, isUnresolved(this, sent) ? 'unresolved' : 'absent')
    this.#forgetSettled()
  }

  /** The first open batch's sequence is rejected for good. So no batch behind it was written either. */
  rejectSequence(): void {
    for (const sent of this.#open())
      sent.unresolved = sent.unresolved.filter(
        ({ byName, attempt }) => !byName && isOfPreviousTopic(this, attempt),
      )
  }

  /**
   * The batch waits for the answer to a batch behind it.
   * @returns false where batches already wait that another leader has rejected: then all of them must be sent again
   */
  awaitProbe(sent: SentBatch): boolean {
    if (this.isProbing && !this.wasRejectedBySameLeader(sent)) return false
    sent.fate = 'awaitingProbe'
    return true
  }

  /** Whether batches await a probe. */
  get isProbing(): boolean {
    return this.#firstAwaiting !== undefined
  }

  /** Whether the batches that await a probe were rejected by the leader that this batch went to. */
  wasRejectedBySameLeader(sent: SentBatch): boolean {
    const waiting = this.#firstAwaiting
    return waiting !== undefined && isSameLeader(waiting.attempt, sent.attempt)
  }

  /** The wait for a probe is over. @returns the batches that waited, which are the first open ones again */
  takeAwaitingProbe(): SentBatch[] {
    const awaiting: SentBatch[] = []
    for (const entry of this.entries) {
      if (entry.fate !== 'awaitingProbe') continue
      entry.fate = 'queued'
      awaiting.push(entry)
    }
    return awaiting
  }

  /** The parts take the place of the batch. No broker has written the sequences that it had. */
  split(sent: SentBatch, parts: readonly SentBatch[]): void {
    this.entries.splice(this.entries.indexOf(sent), 1, ...parts)
  }

  /**
   * `rest`, the batch without records that were refused, takes its place. No broker has written the sequences that it had.
   * @returns whether the sequences have a gap behind it now, for those that follow were given already
   */
  exclude(sent: SentBatch, rest: SentBatch): boolean {
    const at = this.entries.indexOf(sent)
    const hasGap = sent.sequence >= 0 && at < this.entries.length - 1
    const gap: Entry[] = hasGap ? [{ batch: null, fate: 'absent', outOfOrder: false }] : []
    this.entries.splice(at, 1, rest, ...gap)
    return hasGap
  }

  /**
   * The topic is another one under the same name. Its log has nothing of what was sent by the id of the topic before; what was
   * sent by name may be in it already.
   */
  recreated(recreations: number): void {
    for (const sent of this.#open())
      if (sent.unansweredByName && isUnresolved(this, sent)) {
        sent.outOfOrder = true
        sent.unresolved = sent.unresolved.map((one) =>
          isOfPreviousTopic(this, one.attempt) ? one : { ...one, byName: true },
        )
      }
    // What the log before lacked proves nothing of the new log, which takes any first sequence.
    this.#doubtAbsent()
    this.recreations = recreations
  }

  /** Takes all sequences back. Only while `mayResequence`. */
  resequence(): void {
    const open = this.#open()
    this.entries.splice(0, Infinity, ...this.entries.filter(({ batch }) => batch !== null))
    for (const sent of open) {
      sent.sequence = -1
      sent.producer = null
      sent.outOfOrder = false
    }
  }

  get #firstAwaiting(): SentBatch | undefined {
    for (const entry of this.entries) if (entry.fate === 'awaitingProbe') return entry
    return undefined
  }

  #open(): SentBatch[] {
    return this.entries.filter(isOpen)
  }

  #doubtAbsent(): void {
    for (const entry of this.entries) if (entry.fate === 'absent') entry.fate = 'unresolved'
  }

  #end(sent: SentBatch, fate: EndFate): void {
    const { outOfOrder } = sent
    const at = this.entries.indexOf(sent)
    const before = this.entries[at - 1]
    // Two equal tombstones tell no more than one: a partition that fails all day must not remember all day.
    const repeats =
      before?.batch === null && before.fate === fate && before.outOfOrder === outOfOrder
    this.entries.splice(at, 1, ...(repeats ? [] : [{ batch: null, fate, outOfOrder }]))
  }

  /** Before the first open batch, a written one settles everything before it. */
  #forgetSettled(): void {
    let settled = 0
    for (const [at, { batch, fate }] of this.entries.entries()) {
      if (batch !== null) break
      if (fate === 'written') settled = at + 1
    }
    if (settled > 0) this.entries.splice(0, settled)
  }
}
