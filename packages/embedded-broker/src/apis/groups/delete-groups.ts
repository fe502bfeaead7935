import { errorNumberOf, type RequestOf } from '@sluice/protocol'
import { deleteGroupsApi } from '../../messages/groups/delete-groups.js'
import type { AnswerOf, ApiHandler } from '../api-handler.js'
import { coordinatorError } from '../coordinator-error.js'

type Request = RequestOf<typeof deleteGroupsApi>
type Answer = AnswerOf<typeof deleteGroupsApi>

/**
 * DeleteGroups, versions 0 to 2: deletes groups with their offsets. A group that does not exist is GROUP_ID_NOT_FOUND, a
 * group that has members NON_EMPTY_GROUP.
 */
export const deleteGroups: ApiHandler<Request, Answer> = {
  api: deleteGroupsApi,
  handle: ({ groupsNames }, context) => ({
    results: [...new Set(groupsNames)].map((groupId) => {
      const error =
        coordinatorError('group', groupId, context) ?? context.state.groups.delete(groupId)
      return { groupId, errorCode: errorNumberOf(error) }
    }),
  }),
}
