import type { ErrorCode } from '@sluice/protocol'
import type { EmbeddedRuntime } from '../runtime.js'
import { KeyedTimers } from '../timers/keyed-timers.js'
import { FirstMembers } from './first-members.js'
import { GroupOffsets } from './group-offsets.js'
import { canRebalance, requireTransition, type GroupState } from './group-state.js'
import { joinRefusal, noAssignment, syncRefusal, type JoinAnswer, type Member } from './member.js'
import { Members } from './members.js'
import { WithheldPartitions } from './withheld-partitions.js'

/** What a group needs from its cluster. */
export interface GroupDeps {
  readonly runtime: EmbeddedRuntime
  /** How long the first members of a group wait for further ones, in milliseconds. */
  readonly initialRebalanceDelayMs: number
}

/** How long a client has to come with the answer to its first JoinGroup outstanding: Kafka's constant, five minutes. */
const newMemberTimeoutMs = 300_000

const joining = 'join'
const syncing = 'sync'

/**
 * A group of the classic protocol (Kafka's `ClassicGroup`): how it goes from one {@link GroupState} to another, by what
 * its members do and by time. What a request may do in which state is for `join-group.ts` and its neighbours to say.
 */
export class Group {
  readonly id: string
  readonly members = new Members()
  readonly offsets: GroupOffsets
  /** The partitions that a test has taken away: no member gets them, whatever the leader says. */
  readonly withheld = new WithheldPartitions()
  generation = 0
  /** Null until a member has joined. */
  protocolType: string | null = null
  /** How the partitions are assigned in this generation. */
  protocolName: string | null = null
  /** When the state last changed, in ms since 1970. */
  changedAt: number
  readonly #deps: GroupDeps
  readonly #timers: KeyedTimers<string>
  readonly #pendingSync = new Set<string>()
  readonly #first: FirstMembers
  #state: GroupState = 'Empty'

  constructor(id: string, deps: GroupDeps) {
    this.id = id
    this.#deps = deps
    this.#timers = new KeyedTimers(deps.runtime)
    this.#first = new FirstMembers(deps.initialRebalanceDelayMs, this.#timers, joining)
    this.offsets = new GroupOffsets(deps.runtime.wallClock)
    this.changedAt = deps.runtime.wallClock()
  }

  get state(): GroupState {
    return this.#state
  }

  /** A client has been given a member id, and must join with it in time. */
  expect(memberId: string, sessionTimeoutMs: number): void {
    this.members.pending.add(memberId)
    this.#watch(memberId, sessionTimeoutMs)
  }

  /** A new member, which waits for the answer to its JoinGroup. */
  add(member: Member): void {
    this.protocolType = member.facts.protocolType
    member.isNew = true
    this.members.add(member)
    this.#first.joined()
    this.#watch(member.id, newMemberTimeoutMs)
  }

  /** A static member has come back with another id. What the old one waits for is refused. */
  replace(oldId: string, member: Member): void {
    const old = this.members.get(oldId)
    old?.answerJoin(joinRefusal('FENCED_INSTANCE_ID', oldId))
    old?.answerSync(syncRefusal('FENCED_INSTANCE_ID'))
    this.#timers.clear(oldId)
    this.#pendingSync.delete(oldId)
    this.members.replace(oldId, member)
    this.heardOf(member)
  }

  /** A member is alive. */
  heardOf({ facts, id }: Member): void {
    this.#watch(id, facts.sessionTimeoutMs)
  }

  /** Begins a rebalance, or ends the one under way when nobody is awaited any more. */
  rebalance(): void {
    if (canRebalance(this.#state)) this.#prepare()
    else this.#goOn()
  }

  /** Members have left, or were removed. */
  remove(ids: readonly string[]): void {
    for (const id of ids) this.#drop(id)
    if (ids.length > 0 && this.#state !== 'Empty') this.rebalance()
  }

  /** A SyncGroup of the member has come. */
  hasSynced(id: string): void {
    this.#pendingSync.delete(id)
    if (this.#pendingSync.size === 0) this.#timers.clear(syncing)
  }

  /** The leader has said who gets what. */
  assign(assignments: ReadonlyMap<string, Uint8Array>): void {
    for (const member of this.members.all())
      member.assignment = assignments.get(member.id) ?? noAssignment
    this.#become('Stable')
    this.#answerSyncs(null)
  }

  joinAnswer({ id }: Member): JoinAnswer {
    const { generation, protocolName, protocolType } = this
    const leader = this.members.leader ?? ''
    const members = leader === id ? this.#describeMembers() : []
    const known = { generation, protocolName, protocolType, leader, members }
    return { error: null, memberId: id, ...known, skipAssignment: false }
  }

  /** Puts members there, as a test wants them. No time is set for them. */
  install(generation: number, members: readonly Member[]): void {
    for (const { id } of this.members.all()) this.#drop(id)
    this.#timers.clearAll()
    this.generation = generation
    for (const member of members) this.members.add(member)
    this.#state = members.length === 0 ? 'Empty' : 'Stable'
    this.changedAt = this.#deps.runtime.wallClock()
  }

  /** Refuses what members wait for: their coordinator is another broker now. */
  refuseWaiting(error: ErrorCode): void {
    for (const member of this.members.all()) {
      member.answerJoin(joinRefusal(error, member.id))
      member.answerSync(syncRefusal(error))
    }
  }

  die(): void {
    this.#become('Dead')
    this.stop()
  }

  /** Ends all timers. */
  stop(): void {
    this.#timers.clearAll()
  }

  #prepare(): void {
    if (this.#state === 'CompletingRebalance') this.#answerSyncs('REBALANCE_IN_PROGRESS')
    this.#timers.clear(syncing)
    const isFirst = this.#state === 'Empty'
    this.#become('PreparingRebalance')
    const { rebalanceTimeoutMs } = this.members
    const complete = () => this.#completeJoin()
    if (isFirst) this.#first.gather(rebalanceTimeoutMs, complete)
    else if (this.members.haveJoined) complete()
    else this.#timers.set(joining, rebalanceTimeoutMs, complete)
  }

  #goOn(): void {
    if (this.#state !== 'PreparingRebalance' || this.#first.areAwaited) return
    if (this.members.haveJoined) this.#completeJoin()
  }

  #completeJoin(): void {
    this.#timers.clear(joining)
    const late = this.members.all().filter((one) => !one.isAwaitingJoin)
    for (const { facts, id } of late) if (facts.instanceId === null) this.#drop(id)
    if (this.members.size > 0 && !this.members.electJoinedLeader()) {
      // Static members alone are left, and none has come: they are awaited until their sessions end.
      this.#timers.set(joining, this.members.rebalanceTimeoutMs, () => this.#completeJoin())
      return
    }
    this.#beginGeneration()
  }

  #beginGeneration(): void {
    this.generation++
    this.#pendingSync.clear()
    this.protocolName = this.members.preferredProtocol()
    this.#become(this.members.size === 0 ? 'Empty' : 'CompletingRebalance')
    for (const member of this.members.all()) {
      this.#pendingSync.add(member.id)
      member.answerJoin(this.joinAnswer(member))
      member.isNew = false
      this.heardOf(member)
    }
    if (this.members.size === 0) return
    this.#timers.set(syncing, this.members.rebalanceTimeoutMs, () =>
      this.remove([...this.#pendingSync]),
    )
  }

  #answerSyncs(error: ErrorCode | null): void {
    const { protocolName, protocolType } = this
    for (const member of this.members.all()) {
      if (error !== null) member.assignment = noAssignment
      const { assignment } = member
      const part = { error: null, protocolName, protocolType, assignment }
      if (member.answerSync(error === null ? part : syncRefusal(error))) this.heardOf(member)
    }
  }

  #drop(id: string): void {
    const member = this.members.get(id)
    member?.answerJoin(joinRefusal('UNKNOWN_MEMBER_ID'))
    member?.answerSync(syncRefusal('UNKNOWN_MEMBER_ID'))
    this.#timers.clear(id)
    this.members.remove(id)
    this.hasSynced(id)
  }

  #watch(memberId: string, ms: number): void {
    this.#timers.set(memberId, ms, () => {
      const member = this.members.get(memberId)
      if (member === undefined) this.#expireId(memberId)
      else if (!member.isExcused) this.remove([memberId])
    })
  }

  /** Nobody has joined with the id in time: there is no part of it that others could take over. */
  #expireId(memberId: string): void {
    this.members.pending.delete(memberId)
    this.#goOn()
  }

  #become(state: GroupState): void {
    requireTransition(this.#state, state)
    this.#state = state
    this.changedAt = this.#deps.runtime.wallClock()
  }

  #describeMembers(): JoinAnswer['members'] {
    return this.members.all().map((one) => ({
      memberId: one.id,
      groupInstanceId: one.facts.instanceId,
      metadata: one.metadataFor(this.protocolName),
    }))
  }
}
