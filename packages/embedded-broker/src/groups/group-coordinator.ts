import type { ErrorCode } from '@sluice/protocol'
import type { Marker } from '../partition/control-batch.js'
import type { MarkerTarget } from '../transactions/markers.js'
import type { ProducerIdentity } from '../transactions/transaction.js'
import { commitRefusal, type CommittingMember } from './commit-refusal.js'
import type { GroupOffset } from './group-offsets.js'
import { Group, type GroupDeps } from './group.js'

/** What the coordinator needs from its cluster. */
export interface GroupCoordinatorDeps extends GroupDeps {
  /** How long a group without members keeps offsets, in milliseconds. */
  readonly offsetsRetentionMs: number
  /** The partition of the offsets where those of a group are. */
  partitionOf(groupId: string): number
}

/** The coordinator of all groups, whichever broker it is of: it finds them, makes them and forgets them. */
export class GroupCoordinator {
  readonly #deps: GroupCoordinatorDeps
  readonly #groups = new Map<string, Group>()
  /** The epoch in which a producer has written to a partition of the offsets and its transaction has not ended. */
  readonly #begun = new Map<string, number>()

  constructor(deps: GroupCoordinatorDeps) {
    this.#deps = deps
  }

  all(): Group[] {
    return [...this.#groups.keys()].flatMap((groupId) => this.find(groupId) ?? [])
  }

  find(groupId: string): Group | undefined {
    const group = this.#groups.get(groupId)
    if (group === undefined) return undefined
    this.#expire(group)
    return this.#groups.get(groupId)
  }

  findOrMake(groupId: string): Group {
    const known = this.find(groupId)
    if (known !== undefined) return known
    const group = new Group(groupId, this.#deps)
    this.#groups.set(groupId, group)
    return group
  }

  /** Deletes a group with its offsets. @returns The error to answer, or null. */
  delete(groupId: string): ErrorCode | null {
    const group = this.find(groupId)
    if (group === undefined) return 'GROUP_ID_NOT_FOUND'
    if (group.state !== 'Empty') return 'NON_EMPTY_GROUP'
    this.#remove(group)
    return null
  }

  /** Whether the transaction of a producer has begun in the partition of the offsets that a group has. */
  hasBegun(groupId: string, { producerEpoch, producerId }: ProducerIdentity): boolean {
    return this.#begun.get(this.#keyOf(groupId, producerId)) === producerEpoch
  }

  /** Whether a consumer may commit offsets in a transaction. @returns The error to answer, or null. */
  transactionRefusal(groupId: string, member: CommittingMember): ErrorCode | null {
    if (groupId === '') return 'INVALID_GROUP_ID'
    const group = this.find(groupId)
    if (group !== undefined) return commitRefusal(group, member, true)
    return member.generationId < 0 ? null : 'ILLEGAL_GENERATION'
  }

  /** Keeps offsets that become valid when the transaction of the producer is committed. */
  hold(groupId: string, producer: ProducerIdentity, offsets: readonly GroupOffset[]): void {
    const { producerEpoch, producerId } = producer
    this.findOrMake(groupId).offsets.hold(producerId, offsets)
    this.#begun.set(this.#keyOf(groupId, producerId), producerEpoch)
  }

  /** Where a marker goes for the groups whose offsets are in one partition. */
  targetOf(partition: number): MarkerTarget {
    return {
      deliver: (marker) => this.#complete(partition, marker),
      onChange: () => () => {},
    }
  }

  /** A topic was deleted, and the offsets of its partitions with it. */
  forgetTopic(name: string): void {
    for (const { offsets } of this.#groups.values()) offsets.forget(({ topic }) => topic === name)
  }

  /** The coordinator of a group, and of those beside it, is another broker now: their members must ask there. */
  moved(groupId: string): void {
    const partition = this.#deps.partitionOf(groupId)
    for (const [id, group] of this.#groups) {
      if (this.#deps.partitionOf(id) === partition) group.refuseWaiting('NOT_COORDINATOR')
    }
  }

  /** Ends all timers. */
  stop(): void {
    for (const group of this.#groups.values()) group.stop()
  }

  #complete(partition: number, { committed, producerId }: Marker): true {
    for (const [groupId, group] of this.#groups) {
      if (this.#deps.partitionOf(groupId) === partition)
        group.offsets.complete(producerId, committed)
    }
    this.#begun.delete(`${partition}/${producerId}`)
    return true
  }

  /** A group that has had members keeps its offsets from the time when the last of them left, another from each commit on. */
  #expire(group: Group): void {
    const { changedAt, offsets, protocolType, state } = group
    if (state !== 'Empty' || offsets.isEmpty) return
    const since = this.#deps.runtime.wallClock() - this.#deps.offsetsRetentionMs
    offsets.forget((one) => (protocolType === null ? one.committedAt : changedAt) <= since)
    if (offsets.isEmpty && group.members.pending.size === 0) this.#remove(group)
  }

  #remove(group: Group): void {
    group.die()
    this.#groups.delete(group.id)
  }

  #keyOf(groupId: string, producerId: bigint): string {
    return `${this.#deps.partitionOf(groupId)}/${producerId}`
  }
}
