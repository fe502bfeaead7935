import type { CompressedEvent, SealedEvent, SettledEvent } from '@sluice/accumulator'
import type { RetryEvent } from '@sluice/sender'
import { plainCells, SlidingWindow } from './measures/sliding-window.js'

/** So many topics have figures of their own. What the others do is summed. */
export const topicLimit = 1_000
/** After so long without a batch a topic has no figures any more. */
const idleTopicMs = 300_000
/** While all places are taken, it is looked for idle topics as often as this. */
const sweepMs = 10_000

/** What is counted of one topic. */
export class TopicTotal {
  recordSendTotal = 0
  recordAckTotal = 0
  recordErrorTotal = 0
  recordRetryTotal = 0
  byteTotal = 0
  /** Undefined until a batch of it was compressed. */
  compressionRate: SlidingWindow | undefined
  usedAt = 0
}

/** The topics that batches were made for lately. */
export class TopicTotals {
  /** What all topics without figures of their own have done. */
  readonly others = new TopicTotal()
  readonly #topics = new Map<string, TopicTotal>()
  #sweptAt = -Infinity

  sealed({ topic, records, bytes, since }: SealedEvent): void {
    const total = this.#of(topic, since)
    total.recordSendTotal += records
    total.byteTotal += bytes
  }

  settled({ topic, records, errorCode, since }: SettledEvent): void {
    const total = this.#of(topic, since)
    if (errorCode === null) total.recordAckTotal += records
    else total.recordErrorTotal += records
  }

  compressed({ topic, recordBytes, payloadBytes, at }: CompressedEvent): void {
    const total = this.#of(topic, at)
    total.compressionRate ??= new SlidingWindow(new Float64Array(plainCells))
    total.compressionRate.add(payloadBytes / recordBytes, at)
  }

  retry({ topic, records, action }: RetryEvent): void {
    const total = this.#topics.get(topic) ?? this.others
    if (isSentAgain(action)) total.recordRetryTotal += records
  }

  /** The topics that are of interest now, by name. */
  inUse(now: number): ReadonlyMap<string, TopicTotal> {
    this.#dropIdle(now)
    return this.#topics
  }

  /** @param at - about when it was used */
  #of(topic: string, at: number): TopicTotal {
    const known = this.#topics.get(topic) ?? this.#begin(topic, at)
    if (at > known.usedAt) known.usedAt = at
    return known
  }

  #begin(topic: string, at: number): TopicTotal {
    if (this.#topics.size >= topicLimit && at - this.#sweptAt >= sweepMs) this.#dropIdle(at)
    if (this.#topics.size >= topicLimit) return this.others
    const total = new TopicTotal()
    this.#topics.set(topic, total)
    return total
  }

  #dropIdle(now: number): void {
    this.#sweptAt = now
    for (const [topic, { usedAt }] of this.#topics)
      if (now - usedAt >= idleTopicMs) this.#topics.delete(topic)
  }
}

/** A batch that awaits a probe may be in the log, and the parts of a split batch have not been sent before. */
export function isSentAgain(action: RetryEvent['action']): boolean {
  return action !== 'awaitProbe' && action !== 'split'
}
