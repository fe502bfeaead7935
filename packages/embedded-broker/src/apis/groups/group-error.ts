import type { ErrorCode } from '@sluice/protocol'
import type { RequestContext } from '../api-handler.js'
import { coordinatorError } from '../coordinator-error.js'

/** The error of a broker that cannot speak for a group, or null when it can: no group has an empty id. */
export function groupError(groupId: string, context: RequestContext): ErrorCode | null {
  return groupId === '' ? 'INVALID_GROUP_ID' : coordinatorError('group', groupId, context)
}
