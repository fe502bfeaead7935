/** Under which circumstances an OK was given; when one of them changes, the gate closes. */
export interface GateKey {
  readonly connection: number
  readonly leaderEpoch: number
  readonly topicId: string
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

  isOpenFor({ connection, leaderEpoch, topicId }: GateKey): boolean {
    const key = this.#key
    if (key === null) return false
    return (
      key.connection === connection && key.leaderEpoch === leaderEpoch && key.topicId === topicId
    )
  }
}
