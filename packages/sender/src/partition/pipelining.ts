/**
 * Brokers forget a producer that has been idle, after a day unless they are told otherwise (`producer.id.expiration.ms`).
 * An OK from so long ago does not show any more that they know this one.
 */
const lastingMs = 60_000

/** Under which circumstances an OK was given; when one of them changes, the gate closes. */
export interface GateKey {
  /** When, monotonic ms. */
  readonly at: number
  readonly connection: number
  readonly leaderEpoch: number
  readonly topicId: string
  /** Of the topic: how often it was created again. */
  readonly incarnation: number
}

/** Whether both were answered by one leader in one term, from one log. */
export function isSameLeader(a: GateKey, b: GateKey): boolean {
  if (a.incarnation !== b.incarnation || a.leaderEpoch !== b.leaderEpoch) return false
  return a.leaderEpoch >= 0 || a.connection === b.connection
}

/**
 * Whether several batches of a partition may be on their way at once. A broker without state for this
 * producer accepts any first sequence: with two batches on the way to such a broker it might refuse the
 * first and accept the second. So one goes ahead alone, and only its OK lets others follow while it is
 * unanswered.
 */
export class Gate {
  #key: GateKey | null = null

  open(key: GateKey): void {
    this.#key = key
  }

  close(): void {
    this.#key = null
  }

  isOpenFor({ at, connection, leaderEpoch, topicId }: GateKey): boolean {
    const key = this.#key
    if (key === null || at - key.at > lastingMs) return false
    return (
      key.connection === connection && key.leaderEpoch === leaderEpoch && key.topicId === topicId
    )
  }
}
