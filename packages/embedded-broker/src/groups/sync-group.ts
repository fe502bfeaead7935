import type { ErrorCode } from '@sluice/protocol'
import { consumerProtocol } from './consumer-assignment.js'
import type { Group } from './group.js'
import { syncRefusal, type SyncAnswer } from './member.js'

/** A SyncGroup, as far as the group is concerned. */
export interface Syncing extends Speaker {
  /** Null where the request does not say it. */
  readonly protocolType: string | null
  readonly protocolName: string | null
  /** Those of the leader. */
  readonly assignments: readonly { readonly memberId: string; readonly assignment: Uint8Array }[]
}

/** Who speaks for a member of a generation. */
export interface Speaker {
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly generationId: number
}

/** Tells a member its part, as soon as the leader has said it. */
export function syncGroup(group: Group, syncing: Syncing): SyncAnswer | Promise<SyncAnswer> {
  const refusal = speakerRefusal(group, syncing) ?? protocolRefusal(group, syncing)
  if (refusal !== null) return syncRefusal(refusal)
  const member = group.members.get(syncing.memberId)!
  const { protocolName, protocolType, state } = group
  switch (state) {
    case 'PreparingRebalance':
      return syncRefusal('REBALANCE_IN_PROGRESS')
    case 'CompletingRebalance': {
      const answer = member.awaitSync()
      group.hasSynced(member.id)
      if (group.members.leader === member.id) group.assign(assignmentsOf(group, syncing))
      return answer
    }
    case 'Stable':
      group.hasSynced(member.id)
      group.heardOf(member)
      return { error: null, protocolType, protocolName, assignment: member.assignment }
    default:
      return syncRefusal('UNKNOWN_MEMBER_ID')
  }
}

/** Hears that a member is alive. @returns The error to answer, or null. */
export function heartbeat(group: Group, speaker: Speaker): ErrorCode | null {
  const refusal = speakerRefusal(group, speaker)
  if (refusal !== null) return refusal
  const member = group.members.get(speaker.memberId)
  if (member === undefined) return 'UNKNOWN_MEMBER_ID'
  group.heardOf(member)
  return group.state === 'PreparingRebalance' ? 'REBALANCE_IN_PROGRESS' : null
}

function speakerRefusal(group: Group, speaker: Speaker): ErrorCode | null {
  const { generationId, groupInstanceId, memberId } = speaker
  const unknown = group.members.refusal(memberId, groupInstanceId)
  if (unknown !== null) return unknown
  return generationId === group.generation ? null : 'ILLEGAL_GENERATION'
}

function protocolRefusal(group: Group, { protocolName, protocolType }: Syncing): ErrorCode | null {
  const sameType = protocolType === null || protocolType === group.protocolType
  const sameName = protocolName === null || protocolName === group.protocolName
  return sameType && sameName ? null : 'INCONSISTENT_GROUP_PROTOCOL'
}

function assignmentsOf(group: Group, { assignments }: Syncing): Map<string, Uint8Array> {
  const areConsumers = group.protocolType === consumerProtocol
  return new Map(
    assignments.map(({ assignment, memberId }) => [
      memberId,
      areConsumers ? group.withheld.leave(assignment) : assignment,
    ]),
  )
}
