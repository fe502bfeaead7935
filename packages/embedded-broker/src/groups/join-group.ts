import { randomUUID } from 'node:crypto'
import type { Group } from './group.js'
import { joinRefusal, Member, type JoinAnswer, type MemberProtocol } from './member.js'

/** A JoinGroup, as far as the group is concerned. */
export interface Joining {
  /** Of the request. */
  readonly version: number
  readonly clientId: string
  readonly clientHost: string
  /** Empty for a client that has none yet. */
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly protocolType: string
  readonly protocols: readonly MemberProtocol[]
  readonly sessionTimeoutMs: number
  /** −1 in requests that do not have it. */
  readonly rebalanceTimeoutMs: number
}

type Answer = JoinAnswer | Promise<JoinAnswer>

/** From this version on a client joins with the id that the coordinator gave it (KIP-394). */
const needsIdFromVersion = 4

/** From this version on a static leader that came back can be told not to assign anew (KIP-814). */
const skipsFromVersion = 9

/**
 * Lets a client join a group. Most answers come when the rebalance that this begins is at its end.
 *
 * In Kafka's order: protocols that the others do not know INCONSISTENT_GROUP_PROTOCOL; a new client MEMBER_ID_REQUIRED
 * with its id; a member id that nobody has UNKNOWN_MEMBER_ID; an instance id that belongs to another member id
 * FENCED_INSTANCE_ID.
 */
export function joinGroup(group: Group, joining: Joining): Answer {
  const { groupInstanceId, memberId } = joining
  if (!fits(group, joining)) return joinRefusal('INCONSISTENT_GROUP_PROTOCOL', memberId)
  if (memberId === '') return joinAnew(group, joining)
  if (group.members.pending.has(memberId)) return enter(group, memberId, joining)
  const refusal = group.members.refusal(memberId, groupInstanceId)
  if (refusal !== null) return joinRefusal(refusal, memberId)
  return joinAgain(group, group.members.get(memberId)!, joining)
}

function fits(group: Group, { protocols, protocolType }: Joining): boolean {
  if (protocolType === '' || protocols.length === 0) return false
  if (group.state === 'Empty') return true
  return protocolType === group.protocolType && group.members.support(protocols)
}

function joinAnew(group: Group, joining: Joining): Answer {
  const { clientId, groupInstanceId, sessionTimeoutMs, version } = joining
  const id = `${groupInstanceId ?? clientId}-${randomUUID()}`
  const old = groupInstanceId === null ? undefined : group.members.ofInstance(groupInstanceId)
  if (old !== undefined) return comeBack(group, old, id, joining)
  if (groupInstanceId !== null || version < needsIdFromVersion) return enter(group, id, joining)
  group.expect(id, sessionTimeoutMs)
  return joinRefusal('MEMBER_ID_REQUIRED', id)
}

function enter(group: Group, id: string, joining: Joining): Answer {
  const member = new Member(factsOf(id, joining))
  const answer = member.awaitJoin()
  group.add(member)
  group.rebalance()
  return answer
}

function joinAgain(group: Group, member: Member, joining: Joining): Answer {
  const isSame = member.matches(joining.protocols)
  switch (group.state) {
    case 'PreparingRebalance':
      return rejoin(group, member, joining)
    case 'CompletingRebalance':
      // It may have missed the answer to its first JoinGroup.
      return isSame ? group.joinAnswer(member) : rejoin(group, member, joining)
    case 'Stable':
      // A leader that joins wants a rebalance, since it has seen other partitions.
      if (isSame && group.members.leader !== member.id) return group.joinAnswer(member)
      return rejoin(group, member, joining)
    default:
      return joinRefusal('UNKNOWN_MEMBER_ID', member.id)
  }
}

function rejoin(group: Group, member: Member, joining: Joining): Answer {
  member.facts = factsOf(member.id, joining)
  const answer = member.awaitJoin()
  group.rebalance()
  return answer
}

/** A static member comes back under another id, mostly after a restart. A stable group need not assign anew. */
function comeBack(group: Group, oldId: string, id: string, joining: Joining): Answer {
  const { leader } = group.members
  const member = new Member(factsOf(id, joining))
  member.assignment = group.members.get(oldId)!.assignment
  const answer = member.awaitJoin()
  group.replace(oldId, member)
  const isSettled =
    group.state === 'Stable' && group.members.preferredProtocol() === group.protocolName
  if (!isSettled) group.rebalance()
  else member.answerJoin(comeBackAnswer(group, member, leader, joining.version))
  return answer
}

/** @param oldLeader The leader before: older clients shall not take themselves for the leader, and assign anew. */
function comeBackAnswer(
  group: Group,
  member: Member,
  oldLeader: string | null,
  version: number,
): JoinAnswer {
  const answer = group.joinAnswer(member)
  if (version >= skipsFromVersion) return { ...answer, skipAssignment: answer.leader === member.id }
  return { ...answer, leader: oldLeader ?? '', members: [] }
}

function factsOf(id: string, joining: Joining): Member['facts'] {
  const { clientHost, clientId, groupInstanceId, protocols, protocolType } = joining
  const { rebalanceTimeoutMs, sessionTimeoutMs } = joining
  return {
    id,
    instanceId: groupInstanceId,
    clientId,
    clientHost,
    sessionTimeoutMs,
    rebalanceTimeoutMs: rebalanceTimeoutMs < 0 ? sessionTimeoutMs : rebalanceTimeoutMs,
    protocolType,
    protocols,
  }
}
