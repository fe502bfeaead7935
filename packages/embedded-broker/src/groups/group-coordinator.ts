import type { ErrorCode } from '@sluice/protocol'
import type { Marker } from '../partition/control-batch.js'
import type { MarkerTarget } from '../transactions/markers.js'
import type { ProducerIdentity } from '../transactions/transaction.js'
import { Group, type CommittingMember, type GroupOffset } from './group.js'

/**
 * The coordinator of all groups, with as much as transactions need: it keeps the offsets that they commit. Clients cannot
 * join a group; a test puts members there.
 */
export class GroupCoordinator {
  readonly #groups = new Map<string, Group>()
  /** The epoch in which a producer has written to a partition of the offsets and its transaction has not ended. */
  readonly #begun = new Map<string, number>()
  readonly #partitionOf: (groupId: string) => number

  /** @param partitionOf The partition of the offsets where those of a group are. */
  constructor(partitionOf: (groupId: string) => number) {
    this.#partitionOf = partitionOf
  }

  find(groupId: string): Group | undefined {
    return this.#groups.get(groupId)
  }

  findOrMake(groupId: string): Group {
    const known = this.#groups.get(groupId)
    if (known !== undefined) return known
    const group = new Group()
    this.#groups.set(groupId, group)
    return group
  }

  /** Whether the transaction of a producer has begun in the partition of the offsets that a group has. */
  hasBegun(groupId: string, { producerEpoch, producerId }: ProducerIdentity): boolean {
    return this.#begun.get(this.#keyOf(groupId, producerId)) === producerEpoch
  }

  /** Whether a consumer may commit offsets. @returns The error to answer, or null. */
  refusal(groupId: string, member: CommittingMember): ErrorCode | null {
    if (groupId === '') return 'INVALID_GROUP_ID'
    const group = this.#groups.get(groupId)
    if (group !== undefined) return group.refusal(member)
    return member.generationId < 0 ? null : 'ILLEGAL_GENERATION'
  }

  /** Keeps offsets that become valid when the transaction of the producer is committed. */
  hold(groupId: string, producer: ProducerIdentity, offsets: readonly GroupOffset[]): void {
    const { producerEpoch, producerId } = producer
    this.findOrMake(groupId).hold(producerId, offsets)
    this.#begun.set(this.#keyOf(groupId, producerId), producerEpoch)
  }

  /** Where a marker goes for the groups whose offsets are in one partition. */
  targetOf(partition: number): MarkerTarget {
    return {
      deliver: (marker) => this.#complete(partition, marker),
      onChange: () => () => {},
    }
  }

  #complete(partition: number, { committed, producerId }: Marker): true {
    for (const [groupId, group] of this.#groups) {
      if (this.#partitionOf(groupId) === partition) group.complete(producerId, committed)
    }
    this.#begun.delete(`${partition}/${producerId}`)
    return true
  }

  #keyOf(groupId: string, producerId: bigint): string {
    return `${this.#partitionOf(groupId)}/${producerId}`
  }
}
