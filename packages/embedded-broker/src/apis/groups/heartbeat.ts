import { errorNumberOf, type RequestOf } from '@sluice/protocol'
import { heartbeat as hear } from '../../groups/sync-group.js'
import { heartbeatApi } from '../../messages/groups/heartbeat.js'
import type { AnswerOf, ApiHandler } from '../api-handler.js'
import { groupError } from './group-error.js'

type Request = RequestOf<typeof heartbeatApi>
type Answer = AnswerOf<typeof heartbeatApi>

/**
 * Heartbeat, versions 0 to 4: the session of a member begins anew.
 *
 * - A member that is not in the group is UNKNOWN_MEMBER_ID, an instance id of another member FENCED_INSTANCE_ID, another
 *   generation ILLEGAL_GENERATION.
 * - While members are awaited it is REBALANCE_IN_PROGRESS: the member shall join again.
 */
export const heartbeat: ApiHandler<Request, Answer> = {
  api: heartbeatApi,
  handle(request, context) {
    const error = groupError(request.groupId, context)
    const group = context.state.groups.find(request.groupId)
    if (error !== null) return { errorCode: errorNumberOf(error) }
    const refusal = group === undefined ? 'UNKNOWN_MEMBER_ID' : hear(group, request)
    return { errorCode: errorNumberOf(refusal) }
  },
}
