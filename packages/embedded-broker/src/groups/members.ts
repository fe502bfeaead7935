import type { ErrorCode } from '@sluice/protocol'
import type { Member, MemberProtocol } from './member.js'

/** The members of a group, which of them leads it, and what they have in common. */
export class Members {
  /** The id of the leader, null where there is none. */
  leader: string | null = null
  /** Ids that were given to clients that have not joined with them yet (KIP-394). */
  readonly pending = new Set<string>()
  readonly #byId = new Map<string, Member>()
  /** The member ids of static members, by instance id. */
  readonly #static = new Map<string, string>()

  get size(): number {
    return this.#byId.size
  }

  all(): Member[] {
    return [...this.#byId.values()]
  }

  get(id: string): Member | undefined {
    return this.#byId.get(id)
  }

  /** The id of the member with that instance id. */
  ofInstance(instanceId: string): string | undefined {
    return this.#static.get(instanceId)
  }

  add(member: Member): void {
    this.#byId.set(member.id, member)
    this.pending.delete(member.id)
    this.leader ??= member.id
    const { instanceId } = member.facts
    if (instanceId !== null) this.#static.set(instanceId, member.id)
  }

  /** Another member leads when the leader is removed. */
  remove(id: string): void {
    const instanceId = this.#byId.get(id)?.facts.instanceId ?? null
    if (instanceId !== null) this.#static.delete(instanceId)
    this.#byId.delete(id)
    this.pending.delete(id)
    if (this.leader === id) this.leader = this.all()[0]?.id ?? null
  }

  clear(): void {
    for (const { id } of this.all()) this.remove(id)
  }

  /** A static member has come back with another id: it takes the place of what it was. */
  replace(oldId: string, member: Member): void {
    const wasLeader = this.leader === oldId
    this.remove(oldId)
    this.add(member)
    if (wasLeader) this.leader = member.id
  }

  /** Whether a client may speak for a member. @returns The error to answer, or null. */
  refusal(id: string, instanceId: string | null): ErrorCode | null {
    if (instanceId === null) return this.#byId.has(id) ? null : 'UNKNOWN_MEMBER_ID'
    const owner = this.#static.get(instanceId)
    if (owner === undefined) return 'UNKNOWN_MEMBER_ID'
    return owner === id ? null : 'FENCED_INSTANCE_ID'
  }

  /** Whether nobody is awaited any more. */
  get haveJoined(): boolean {
    return this.pending.size === 0 && this.all().every((one) => one.isAwaitingJoin)
  }

  /** Makes sure that a member leads that has joined. @returns Whether there is one. */
  electJoinedLeader(): boolean {
    const joined = this.all().filter((one) => one.isAwaitingJoin)
    if (!joined.some(({ id }) => id === this.leader)) this.leader = joined[0]?.id ?? this.leader
    return joined.length > 0
  }

  /** The longest time that a member wants for joining, in milliseconds. */
  get rebalanceTimeoutMs(): number {
    return Math.max(0, ...this.all().map(({ facts }) => facts.rebalanceTimeoutMs))
  }

  /** Whether every member knows one of the protocols. */
  support(protocols: readonly MemberProtocol[]): boolean {
    return protocols.some(({ name }) => this.all().every((one) => knows(one, name)))
  }

  /** The protocol that all know and most prefer: each member votes for the first of its own that all know. */
  preferredProtocol(): string | null {
    const votes = new Map<string, number>()
    for (const { facts } of this.all()) {
      const vote = facts.protocols.find(({ name }) => this.all().every((one) => knows(one, name)))
      if (vote !== undefined) votes.set(vote.name, (votes.get(vote.name) ?? 0) + 1)
    }
    const most = Math.max(...votes.values())
    return [...votes].find(([, count]) => count === most)?.[0] ?? null
  }
}

function knows({ facts }: Member, protocol: string): boolean {
  return facts.protocols.some(({ name }) => name === protocol)
}
