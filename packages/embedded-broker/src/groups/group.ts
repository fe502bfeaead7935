import type { ErrorCode } from '@sluice/protocol'

/** Who commits offsets, as its consumer knows itself (KIP-447). */
export interface CommittingMember {
  /** −1 for a consumer that is in no generation. */
  readonly generationId: number
  /** Empty for none. */
  readonly memberId: string
  readonly groupInstanceId: string | null
}

/** An offset that a group has committed. */
export interface GroupOffset {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
  /** −1 for none. */
  readonly leaderEpoch: number
  readonly metadata: string
}

/** Offsets by topic and partition. */
export type Offsets = Map<string, GroupOffset>

/** A consumer group: its members, as a test has put them there, and its offsets. */
export class Group {
  generation = 0
  /** The instance id of each member, null for none. */
  members = new Map<string, string | null>()
  readonly offsets: Offsets = new Map()
  /** What transactions that have not ended would commit, by producer id. */
  readonly pending = new Map<bigint, Offsets>()

  /** Whether a consumer may commit offsets in a transaction. @returns The error to answer, or null. */
  refusal({ generationId, groupInstanceId, memberId }: CommittingMember): ErrorCode | null {
    const isNobody = generationId < 0 && memberId === '' && groupInstanceId === null
    if (isNobody || (generationId < 0 && this.members.size === 0)) return null
    if (groupInstanceId !== null) {
      const owner = [...this.members].find(([, instance]) => instance === groupInstanceId)
      if (owner === undefined) return 'UNKNOWN_MEMBER_ID'
      if (owner[0] !== memberId) return 'FENCED_INSTANCE_ID'
    }
    if (!this.members.has(memberId)) return 'UNKNOWN_MEMBER_ID'
    return generationId === this.generation ? null : 'ILLEGAL_GENERATION'
  }

  /** Keeps offsets until the transaction of a producer has ended. */
  hold(producerId: bigint, offsets: readonly GroupOffset[]): void {
    const held = this.pending.get(producerId) ?? new Map<string, GroupOffset>()
    for (const offset of offsets) held.set(keyOf(offset), offset)
    this.pending.set(producerId, held)
  }

  /** The transaction of a producer has ended. */
  complete(producerId: bigint, committed: boolean): void {
    const held = this.pending.get(producerId)
    this.pending.delete(producerId)
    if (!committed || held === undefined) return
    for (const [key, offset] of held) this.offsets.set(key, offset)
  }

  committed(topic: string, partition: number): GroupOffset | undefined {
    return this.offsets.get(keyOf({ topic, partition }))
  }

  /** Whether a transaction that has not ended would commit an offset for the partition. */
  isUnstable(topic: string, partition: number): boolean {
    const key = keyOf({ topic, partition })
    return [...this.pending.values()].some((offsets) => offsets.has(key))
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
