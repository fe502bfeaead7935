import type { ErrorCode } from '@sluice/protocol'

/** A way to assign partitions that a member knows, with what the leader must know of the member for it. */
export interface MemberProtocol {
  readonly name: string
  readonly metadata: Uint8Array
}

/** What a JoinGroup is answered. */
export interface JoinAnswer {
  readonly error: ErrorCode | null
  readonly memberId: string
  readonly generation: number
  readonly protocolType: string | null
  readonly protocolName: string | null
  readonly leader: string
  /** Whether the leader shall not assign, since nothing has changed (KIP-814). */
  readonly skipAssignment: boolean
  /** All members for the leader, none for the others. */
  readonly members: readonly JoinedMember[]
}

/** A member as the leader sees it. */
export interface JoinedMember {
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly metadata: Uint8Array
}

/** What a SyncGroup is answered. */
export interface SyncAnswer {
  readonly error: ErrorCode | null
  readonly protocolType: string | null
  readonly protocolName: string | null
  readonly assignment: Uint8Array
}

/** Who a member is, and how it wants to take part. */
export interface MemberFacts {
  readonly id: string
  /** Null for a dynamic member. */
  readonly instanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  readonly sessionTimeoutMs: number
  readonly rebalanceTimeoutMs: number
  readonly protocolType: string
  readonly protocols: readonly MemberProtocol[]
}

/** What a member has no assignment of. */
export const noAssignment: Uint8Array = new Uint8Array(0)

/** A member of a group, and the answers that it waits for. */
export class Member {
  facts: MemberFacts
  assignment: Uint8Array = noAssignment
  /** Until its first JoinGroup is answered: it cannot send heartbeats before, so it has longer (KAFKA-7610). */
  isNew = false
  #join: ((answer: JoinAnswer) => void) | null = null
  #sync: ((answer: SyncAnswer) => void) | null = null

  constructor(facts: MemberFacts) {
    this.facts = facts
  }

  get id(): string {
    return this.facts.id
  }

  get isAwaitingJoin(): boolean {
    return this.#join !== null
  }

  get isAwaitingSync(): boolean {
    return this.#sync !== null
  }

  /** Whether nothing need be heard of it: it waits for the group itself. */
  get isExcused(): boolean {
    return !this.isNew && (this.isAwaitingJoin || this.isAwaitingSync)
  }

  /** A JoinGroup of the member that waits already is never answered, as in Kafka: its client has given it up. */
  awaitJoin(): Promise<JoinAnswer> {
    return new Promise((resolve) => (this.#join = resolve))
  }

  awaitSync(): Promise<SyncAnswer> {
    return new Promise((resolve) => (this.#sync = resolve))
  }

  /** @returns Whether the member waited for it. */
  answerJoin(answer: JoinAnswer): boolean {
    const resolve = this.#join
    this.#join = null
    resolve?.(answer)
    return resolve !== null
  }

  /** @returns Whether the member waited for it. */
  answerSync(answer: SyncAnswer): boolean {
    const resolve = this.#sync
    this.#sync = null
    resolve?.(answer)
    return resolve !== null
  }

  metadataFor(protocol: string | null): Uint8Array {
    return this.facts.protocols.find(({ name }) => name === protocol)?.metadata ?? noAssignment
  }

  /** Whether it knows the same protocols, with the same metadata. */
  matches(protocols: readonly MemberProtocol[]): boolean {
    const own = this.facts.protocols
    return (
      own.length === protocols.length &&
      own.every(({ name, metadata }, index) => {
        const other = protocols[index]!
        return name === other.name && sameBytes(metadata, other.metadata)
      })
    )
  }
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index])
}

/** The answer to a JoinGroup that is refused. */
export function joinRefusal(error: ErrorCode, memberId = ''): JoinAnswer {
  const unknown = { generation: -1, protocolType: null, protocolName: null, leader: '' }
  return { error, memberId, ...unknown, skipAssignment: false, members: [] }
}

/** The answer to a SyncGroup that is refused. */
export function syncRefusal(error: ErrorCode): SyncAnswer {
  return { error, protocolType: null, protocolName: null, assignment: noAssignment }
}
