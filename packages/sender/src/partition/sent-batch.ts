import type { QueueBatch } from '@sluice/accumulator'
import { type KafkaError, nextSequence } from '@sluice/protocol'
import type { ProducerIdAndEpoch } from '../producer-id/epochs.js'
import type { Attempt, UnresolvedAttempt } from './attempt.js'

/**
 * What may follow each fate of a batch, from its first attempt on: the state machine of docs/architecture.md.
 * - `inFlight`: the batch was handed to a connection and is not answered. So it begins.
 * - `queued`: the batch was answered, and is decided on in the same turn; or the queue has it again, for another attempt.
 * - `awaitingProbe`: the leader rejected the batch as out of order. The answer to a batch behind it will tell its fate.
 * - `written`: the batch is in the log.
 * - `unresolved`: the batch was given up, and may be in the log.
 * - `absent`: the batch was given up, and is surely not in the log.
 */
export const nextFates = {
  inFlight: ['queued'],
  queued: ['inFlight', 'awaitingProbe', 'written', 'absent', 'unresolved'],
  awaitingProbe: ['queued', 'unresolved'],
  absent: ['unresolved'],
  written: [],
  unresolved: [],
} as const

export type Fate = keyof typeof nextFates

/** How a batch with a sequence ends. */
export type EndFate = 'written' | 'unresolved' | 'absent'

/** Where a batch is that was sent at least once and has not ended. */
export type OpenFate = Exclude<Fate, EndFate>

/** What is known of one batch that was sent and has not ended. Its partition's window owns and changes it. */
export class SentBatch {
  readonly batch: QueueBatch
  fate: OpenFate = 'queued'
  /** Under which producer id and epoch the batch has its sequence; null while it has none. */
  producer: ProducerIdAndEpoch | null = null
  /** The sequence of the first record, the same for every attempt; −1 while the batch has none. */
  sequence = -1
  /** The last attempt, or the present one. */
  attempt: Attempt
  /** How many attempts there were. */
  attempts = 0
  /** Whether the last attempt went to a leader that had become known since the attempt before. */
  followedNews = false
  /** Why the last attempt failed. */
  lastError: KafkaError | null = null
  /** Attempts that may have written the batch. */
  unresolved: readonly UnresolvedAttempt[] = []
  /** Whether an attempt by name ever was without an answer. No later proof covers every topic that has had the name. */
  unansweredByName = false
  /** Whether the log may have this batch although it surely lacks an earlier one. */
  outOfOrder = false
  /** Whether the callers have been told. Then only the batch's memory and its sequence still matter. */
  settled = false

  constructor(batch: QueueBatch, attempt: Attempt) {
    this.batch = batch
    this.attempt = attempt
  }

  /** Whether a log may have the batch, be it the log of a topic that is deleted. */
  get isPossiblyWritten(): boolean {
    return this.unresolved.length > 0 || this.unansweredByName
  }

  /**
   * Records of this batch that are a batch of their own now: what is known of the whole holds for them. `from` counts the
   * records of the whole that get a sequence before them.
   */
  partOf(part: QueueBatch, from: number): SentBatch {
    const sent = Object.assign(new SentBatch(part, this.attempt), this, { batch: part })
    sent.fate = 'queued'
    if (this.sequence >= 0) sent.sequence = nextSequence(this.sequence, from)
    return sent
  }
}

/** What is left of a batch that has ended: its place among the sequences, and its fate. */
export interface Tombstone {
  readonly batch: null
  fate: EndFate
  readonly outOfOrder: boolean
}

export type Entry = SentBatch | Tombstone
