import type { TopicPartition } from '@sluice/protocol'
import type { GroupState } from './groups/group-state.js'

/** A consumer group as it was when a test asked for it. */
export interface EmbeddedConsumerGroup {
  /** Where the group stands, by Kafka's names. */
  readonly state: GroupState
  /** One more with each rebalance. */
  readonly generation: number
  /** `consumer` for consumers, null until a member has joined. */
  readonly protocolType: string | null
  /** How partitions are assigned, by the name that the clients give to it. Null where there are no members. */
  readonly protocolName: string | null
  /** The id of the member that assigns the partitions, null where there are no members. */
  readonly leader: string | null
  /** The members. */
  readonly members: readonly EmbeddedConsumer[]
}

/** A member of an {@link EmbeddedConsumerGroup}. */
export interface EmbeddedConsumer {
  /** The id that the coordinator gave the member. */
  readonly memberId: string
  /** The `group.instance.id` of a static member, null for any other. */
  readonly groupInstanceId: string | null
  /** The client id of its client. */
  readonly clientId: string
  /** The partitions that it was given, as its client hears of them by SyncGroup. None before that. */
  readonly partitions: readonly TopicPartition[]
}

/** The members of a consumer group, as a test puts them there. */
export interface EmbeddedGroup {
  /** The generation of the group, 0 or more. */
  readonly generation: number
  /** The members. A commit of offsets with a member id or an instance id that is not among them is refused. */
  readonly members: readonly EmbeddedGroupMember[]
}

/** A member of an {@link EmbeddedGroup}. */
export interface EmbeddedGroupMember {
  /** The id that the coordinator gave the member. */
  readonly memberId: string
  /** The `group.instance.id` of a static member.
   *  @defaultValue none */
  readonly groupInstanceId?: string
}

/** An offset that a consumer group has committed. */
export interface EmbeddedOffset {
  /** The topic. */
  readonly topic: string
  /** The partition. */
  readonly partition: number
  /** The offset of the record that the group reads next. */
  readonly offset: bigint
  /** The leader epoch of the record before it, −1 for none. */
  readonly leaderEpoch: number
  /** The text that the consumer committed with the offset. */
  readonly metadata: string
}
