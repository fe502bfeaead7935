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
