import type {
  EmbeddedConsumer,
  EmbeddedConsumerGroup,
  EmbeddedGroup,
  EmbeddedOffset,
} from '../embedded-group.js'
import { assignedTopics } from '../groups/consumer-assignment.js'
import { Member } from '../groups/member.js'
import { invalidOption } from '../require-option.js'
import type { ClusterState } from './cluster-state.js'
import { TransactionControl } from './transaction-control.js'

/** What a member is like that a test puts into a group: nothing is known of it but its ids. */
const installed = {
  clientId: '',
  clientHost: '',
  sessionTimeoutMs: 0,
  rebalanceTimeoutMs: 0,
  protocolType: '',
  protocols: [],
}

/** What a test can do to consumer groups. Every argument is checked, as by {@link TransactionControl}. */
export class GroupControl extends TransactionControl {
  readonly #state: ClusterState

  constructor(state: ClusterState, brokers: number) {
    super(state, brokers)
    this.#state = state
  }

  group(groupId: string): EmbeddedConsumerGroup | undefined {
    const group = this.#state.groups.find(groupId)
    if (group === undefined) return undefined
    const { generation, members, protocolName, protocolType, state } = group
    const { leader } = members
    const consumers = members.all().map(asConsumer)
    return { state, generation, protocolType, protocolName, leader, members: consumers }
  }

  evictMember(groupId: string, memberId: string): void {
    const group = this.#state.groups.find(groupId)
    if (group?.members.get(memberId) === undefined) {
      const ids = group?.members.all().map(({ id }) => id) ?? []
      throw invalidOption(`group ${groupId} has no member ${memberId}, only [${ids.join(', ')}]`)
    }
    group.remove([memberId])
  }

  takePartitions(groupId: string, topic: string, partitions: readonly number[]): () => void {
    for (const partition of partitions) this.requirePartition(topic, partition)
    const group = this.#state.groups.findOrMake(groupId)
    const giveBack = group.withheld.take(topic, partitions)
    const assignAnew = () => {
      if (group.members.size > 0) group.rebalance()
    }
    assignAnew()
    return () => {
      if (giveBack()) assignAnew()
    }
  }

  setGroup(groupId: string, { generation, members }: EmbeddedGroup): void {
    if (!Number.isInteger(generation) || generation < 0) {
      throw invalidOption(`a generation is 0 or more, not ${generation}`)
    }
    const placed = members.map(
      ({ groupInstanceId, memberId }) =>
        new Member({ ...installed, id: memberId, instanceId: groupInstanceId ?? null }),
    )
    this.#state.groups.findOrMake(groupId).install(generation, placed)
  }

  committedOffsets(groupId: string): EmbeddedOffset[] {
    const offsets = this.#state.groups.find(groupId)?.offsets.all() ?? []
    return offsets.map(({ leaderEpoch, metadata, offset, partition, topic }) => ({
      topic,
      partition,
      offset,
      leaderEpoch,
      metadata,
    }))
  }
}

function asConsumer({ assignment, facts, id }: Member): EmbeddedConsumer {
  const topics = assignedTopics(assignment)
  return {
    memberId: id,
    groupInstanceId: facts.instanceId,
    clientId: facts.clientId,
    partitions: topics.flatMap(({ partitions, topic }) =>
      partitions.map((partition) => ({ topic, partition })),
    ),
  }
}
