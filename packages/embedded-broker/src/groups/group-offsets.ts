/** An offset that a group has committed. */
export interface GroupOffset {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
  /** −1 for none. */
  readonly leaderEpoch: number
  readonly metadata: string
}

/** An offset, and when it was committed, in ms since 1970. */
export interface KeptOffset extends GroupOffset {
  readonly committedAt: number
}

type Offsets = Map<string, KeptOffset>

/** The offsets of a group, and those that transactions would add. */
export class GroupOffsets {
  readonly #committed: Offsets = new Map()
  /** What transactions that have not ended would commit, by producer id. */
  readonly #pending = new Map<bigint, Offsets>()
  readonly #wallClock: () => number

  constructor(wallClock: () => number) {
    this.#wallClock = wallClock
  }

  /** Whether there is nothing, and no transaction that could add something. */
  get isEmpty(): boolean {
    return this.#committed.size === 0 && this.#pending.size === 0
  }

  all(): KeptOffset[] {
    return [...this.#committed.values()]
  }

  commit(offsets: readonly GroupOffset[]): void {
    this.#add(this.#committed, offsets)
  }

  /** Keeps offsets until the transaction of a producer has ended. */
  hold(producerId: bigint, offsets: readonly GroupOffset[]): void {
    const held = this.#pending.get(producerId) ?? new Map<string, KeptOffset>()
    this.#add(held, offsets)
    this.#pending.set(producerId, held)
  }

  /** The transaction of a producer has ended. */
  complete(producerId: bigint, committed: boolean): void {
    const held = this.#pending.get(producerId)
    this.#pending.delete(producerId)
    if (!committed || held === undefined) return
    for (const [key, offset] of held) this.#committed.set(key, offset)
  }

  committed(topic: string, partition: number): GroupOffset | undefined {
    return this.#committed.get(keyOf({ topic, partition }))
  }

  /** Whether a transaction that has not ended would commit an offset for the partition. */
  isUnstable(topic: string, partition: number): boolean {
    const key = keyOf({ topic, partition })
    return [...this.#pending.values()].some((offsets) => offsets.has(key))
  }

  /** Removes the offsets that a test is true of. */
  forget(isMeant: (offset: KeptOffset) => boolean): void {
    for (const [key, offset] of this.#committed) if (isMeant(offset)) this.#committed.delete(key)
  }

  clear(): void {
    this.#committed.clear()
    this.#pending.clear()
  }

  #add(to: Offsets, offsets: readonly GroupOffset[]): void {
    const committedAt = this.#wallClock()
    for (const offset of offsets) to.set(keyOf(offset), { ...offset, committedAt })
  }
}

function keyOf({
  partition,
  topic,
}: {
  readonly topic: string
  readonly partition: number
}): string {
  return `${topic}-${partition}`
}
