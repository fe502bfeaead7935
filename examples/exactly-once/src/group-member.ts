import type { Consumer } from 'kafkajs'

/** Who reads: with it the coordinator refuses offsets of a consumer that has lost its partitions meanwhile (KIP-447). */
export interface GroupMember {
  readonly memberId: string
  readonly generationId: number
}

/**
 * Remembers which member of the group a kafkajs consumer is. kafkajs tells the member when it joins, but the generation only
 * with a heartbeat: until the first one after a join it is not known, and then this gives null.
 */
export function memberOf(consumer: Consumer): () => GroupMember | null {
  let member: GroupMember | null = null
  const { HEARTBEAT, REBALANCING, GROUP_JOIN } = consumer.events
  consumer.on(HEARTBEAT, ({ payload: { memberId, groupGenerationId } }) => {
    member = { memberId, generationId: groupGenerationId }
  })
  const forget = (): void => {
    member = null
  }
  consumer.on(REBALANCING, forget)
  consumer.on(GROUP_JOIN, forget)
  return () => member
}
