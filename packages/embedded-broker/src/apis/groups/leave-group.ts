import { errorNumberOf, type ErrorCode, type RequestOf } from '@sluice/protocol'
import { leaveGroup as leave } from '../../groups/leave-group.js'
import { leaveGroupApi } from '../../messages/groups/leave-group.js'
import type { AnswerOf, ApiHandler } from '../api-handler.js'
import { groupError } from './group-error.js'

type Request = RequestOf<typeof leaveGroupApi>
type Answer = AnswerOf<typeof leaveGroupApi>

/** Many members can leave at once from this version on, each with an error of its own. */
const manyFromVersion = 3

/**
 * LeaveGroup, versions 0 to 5: members leave, and a rebalance begins.
 *
 * - A member that is not in the group is UNKNOWN_MEMBER_ID, an instance id of another member FENCED_INSTANCE_ID.
 * - From version 3 on a static member can be removed by its instance id alone.
 */
export const leaveGroup: ApiHandler<Request, Answer> = {
  api: leaveGroupApi,
  handle(request, context) {
    const { groupId, memberId } = request
    const error = groupError(groupId, context)
    if (error !== null) return { errorCode: errorNumberOf(error), members: [] }
    const isOne = context.version < manyFromVersion
    const members = isOne ? [{ memberId, groupInstanceId: null }] : request.members
    const group = context.state.groups.find(groupId)
    const unknown: ErrorCode = 'UNKNOWN_MEMBER_ID'
    const errors = group === undefined ? members.map(() => unknown) : leave(group, members)
    if (isOne) return { errorCode: errorNumberOf(errors[0] ?? null) }
    return {
      errorCode: 0,
      members: members.map((one, index) => ({
        memberId: one.memberId,
        groupInstanceId: one.groupInstanceId,
        errorCode: errorNumberOf(errors[index] ?? null),
      })),
    }
  },
}
