import type { Attempt } from './attempt.js'
import type { Entry, SentBatch } from './sent-batch.js'

/** What a window holds: the queries ask nothing else. */
export interface WindowFacts {
  /** In the order of sequence. */
  readonly entries: readonly Entry[]
  /** How often the topic was created again, as far as this partition has heard. */
  readonly recreations: number
}

/** Whether the batch has a sequence, and will be sent or is on its way. A batch that awaits a probe does not count as open. */
export function isOpen(entry: Entry): entry is SentBatch {
  return entry.batch !== null && entry.fate !== 'awaitingProbe' && entry.sequence >= 0
}

/** Whether no batch before this one is open. */
export function isFirst({ entries }: WindowFacts, sent: SentBatch): boolean {
  for (const entry of entries) if (isOpen(entry)) return entry === sent
  return false
}

/** Whether a batch before this one is surely not in the log, so that no broker has taken this one either. */
export function isBehindAbsent({ entries }: WindowFacts, sent: SentBatch): boolean {
  for (const entry of entries) {
    if (entry === sent) return false
    if (entry.fate === 'absent') return true
  }
  return false
}

/** Whether a batch before this one is open that no attempt can have written. */
export function isBehindUnwritten(window: WindowFacts, sent: SentBatch): boolean {
  for (const entry of window.entries) {
    if (entry === sent) return false
    if (isOpen(entry) && !isUnresolved(window, entry)) return true
  }
  return false
}

/** Whether a batch behind this one was given up. */
export function isBeforeGivenUp({ entries }: WindowFacts, sent: SentBatch): boolean {
  for (let at = entries.indexOf(sent) + 1; at < entries.length; at++) {
    const { batch, fate } = entries[at]!
    if (batch === null && fate !== 'written') return true
  }
  return false
}

/** Whether the log has, or may have, a batch behind this one although it surely lacks one before that. */
export function isOvertaken({ entries }: WindowFacts, sent: SentBatch): boolean {
  for (let at = entries.indexOf(sent) + 1; at < entries.length; at++)
    if (entries[at]!.outOfOrder) return true
  return false
}

/** Whether an attempt may have written the batch to the log of the topic as it is now. */
export function isUnresolved(window: WindowFacts, { unresolved }: SentBatch): boolean {
  return unresolved.some(({ byName, attempt }) => byName || !isOfPreviousTopic(window, attempt))
}

/** Ids of deleted topics whose logs may have the batch. */
export function previousTopicIds(window: WindowFacts, { unresolved }: SentBatch): string[] {
  return unresolved
    .filter(({ byName, attempt }) => !byName && isOfPreviousTopic(window, attempt))
    .map(({ attempt }) => attempt.topicId)
}

/** Whether the attempt was made before the topic was created again. By its id it cannot be in the log of the topic as it is now. */
export function isOfPreviousTopic({ recreations }: WindowFacts, attempt: Attempt): boolean {
  return attempt.recreations < recreations
}

/**
 * Whether the answer to a batch behind this one can tell whether this one, rejected as out of order, is in the log: a broker
 * that knows only the last batch of a producer rejects those before it, and takes the last one for a duplicate.
 */
export function canBeProbed(window: WindowFacts, sent: SentBatch): boolean {
  if (!isUnresolved(window, sent) || !isFirst(window, sent) || isOvertaken(window, sent))
    return false
  // By name the topic may have been created again between the two: then the batch behind tells nothing of this one.
  if (sent.unansweredByName) return false
  return hasProbe(window, sent)
}

/** Whether the answer to a batch other than `sent` can tell of those before it: it is open, and may be written. */
export function hasProbe(window: WindowFacts, sent?: SentBatch): boolean {
  return window.entries.some(
    (other) => other !== sent && isOpen(other) && isUnresolved(window, other),
  )
}

/** Whether new sequences may be given: no batch has a sequence that a broker may still know, or accept. */
export function mayResequence(window: WindowFacts): boolean {
  for (const entry of window.entries) {
    if (entry.fate === 'inFlight' || entry.fate === 'awaitingProbe') return false
    if (isOpen(entry) && (isUnresolved(window, entry) || isOvertaken(window, entry))) return false
  }
  return true
}
