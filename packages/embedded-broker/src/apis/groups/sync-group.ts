import { errorNumberOf, type RequestOf } from '@sluice/protocol'
import { syncRefusal } from '../../groups/member.js'
import { syncGroup as sync } from '../../groups/sync-group.js'
import { syncGroupApi } from '../../messages/groups/sync-group.js'
import type { AnswerOf, ApiHandler } from '../api-handler.js'
import { groupError } from './group-error.js'

type Request = RequestOf<typeof syncGroupApi>
type Answer = AnswerOf<typeof syncGroupApi>

/** The request must name the protocol from this version on (KIP-559). */
const protocolFromVersion = 5

/**
 * SyncGroup, versions 0 to 5: tells a member its part, as soon as the leader has said it.
 *
 * - UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID and ILLEGAL_GENERATION as for a Heartbeat; another protocol type or name than the
 *   group's is INCONSISTENT_GROUP_PROTOCOL.
 * - Before all have joined it is REBALANCE_IN_PROGRESS, and so it becomes for those that wait when a rebalance begins.
 */
export const syncGroup: ApiHandler<Request, Answer> = {
  api: syncGroupApi,
  async handle(request, context) {
    const error = namesProtocol(request, context.version)
      ? groupError(request.groupId, context)
      : 'INCONSISTENT_GROUP_PROTOCOL'
    const group = context.state.groups.find(request.groupId)
    const answer =
      error !== null || group === undefined
        ? syncRefusal(error ?? 'UNKNOWN_MEMBER_ID')
        : await sync(group, request)
    return { ...answer, errorCode: errorNumberOf(answer.error) }
  },
}

function namesProtocol({ protocolName, protocolType }: Request, version: number): boolean {
  return version < protocolFromVersion || (protocolName !== null && protocolType !== null)
}
