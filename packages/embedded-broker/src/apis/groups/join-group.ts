import { errorNumberOf, type RequestOf } from '@sluice/protocol'
import { joinGroup as join } from '../../groups/join-group.js'
import { joinRefusal, type JoinAnswer } from '../../groups/member.js'
import { joinGroupApi } from '../../messages/groups/join-group.js'
import type { AnswerOf, ApiHandler, RequestContext } from '../api-handler.js'
import { groupError } from './group-error.js'

type Request = RequestOf<typeof joinGroupApi>
type Answer = AnswerOf<typeof joinGroupApi>

/** How Kafka names the host of a client in the descriptions of a group. All clients of the brokers are on this one. */
const clientHost = '/127.0.0.1'
/** An answer can have no protocol from this version on. */
const nullProtocolFromVersion = 7

/**
 * JoinGroup, versions 0 to 9: enters a group, and is answered when the rebalance that this begins has all its members.
 *
 * - A session time-out outside of the cluster's limits is INVALID_SESSION_TIMEOUT.
 * - A member id that nobody was given is UNKNOWN_MEMBER_ID, also where there is no such group.
 * - What the group says: see {@link join}.
 */
export const joinGroup: ApiHandler<Request, Answer> = {
  api: joinGroupApi,
  async handle(request, context) {
    const answer = await answerOf(request, context)
    const { generation: generationId, protocolName, leader, ...others } = answer
    const noProtocol = context.version < nullProtocolFromVersion ? '' : null
    return {
      ...others,
      errorCode: errorNumberOf(answer.error),
      generationId,
      leader,
      protocolName: protocolName ?? noProtocol,
    }
  },
}

function answerOf(request: Request, context: RequestContext): JoinAnswer | Promise<JoinAnswer> {
  const { groupId, memberId, sessionTimeoutMs } = request
  const { clientId, state, version } = context
  const misplaced = groupError(groupId, context)
  if (misplaced !== null) return joinRefusal(misplaced, memberId)
  const { lowest, highest } = state.sessionTimeouts
  if (sessionTimeoutMs < lowest || sessionTimeoutMs > highest) {
    return joinRefusal('INVALID_SESSION_TIMEOUT', memberId)
  }
  const group = memberId === '' ? state.groups.findOrMake(groupId) : state.groups.find(groupId)
  if (group === undefined) return joinRefusal('UNKNOWN_MEMBER_ID', memberId)
  return join(group, { ...request, version, clientId: clientId ?? '', clientHost })
}
