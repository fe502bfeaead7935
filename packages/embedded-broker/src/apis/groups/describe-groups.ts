import { errorNumberOf, type RequestOf } from '@sluice/protocol'
import type { Group } from '../../groups/group.js'
import { noAssignment } from '../../groups/member.js'
import { describeGroupsApi } from '../../messages/groups/describe-groups.js'
import type { AnswerOf, ApiHandler, RequestContext } from '../api-handler.js'
import { coordinatorError } from '../coordinator-error.js'

type Request = RequestOf<typeof describeGroupsApi>
type Answer = AnswerOf<typeof describeGroupsApi>
type Described = Answer['groups'][number]

/** From this version on a group that is not there has an error of its own. */
const notFoundFromVersion = 6

const unknown = { groupState: '', protocolType: '', protocolData: '', members: [] }

/**
 * DescribeGroups, versions 0 to 6: the state of groups and their members. What members have joined with is told of
 * a Stable group only.
 *
 * - A group that does not exist is `Dead` without members, from version 6 on with GROUP_ID_NOT_FOUND.
 * - There are no permissions: authorized operations are left out.
 */
export const describeGroups: ApiHandler<Request, Answer> = {
  api: describeGroupsApi,
  handle: ({ groups }, context) => ({ groups: groups.map((one) => describe(one, context)) }),
}

function describe(groupId: string, context: RequestContext): Described {
  const error = coordinatorError('group', groupId, context)
  if (error !== null) return { groupId, ...unknown, errorCode: errorNumberOf(error) }
  const group = context.state.groups.find(groupId)
  if (group === undefined) return dead(groupId, context.version)
  const { protocolName, protocolType, state } = group
  return {
    errorCode: 0,
    groupId,
    groupState: state,
    protocolType: protocolType ?? '',
    protocolData: state === 'Stable' ? (protocolName ?? '') : '',
    members: membersOf(group),
  }
}

function dead(groupId: string, version: number): Described {
  const group = { ...unknown, groupId, groupState: 'Dead' }
  if (version < notFoundFromVersion) return { ...group, errorCode: 0 }
  const errorMessage = `Group ${groupId} not found.`
  return { ...group, errorCode: errorNumberOf('GROUP_ID_NOT_FOUND'), errorMessage }
}

function membersOf({ members, protocolName, state }: Group): Described['members'] {
  const isStable = state === 'Stable'
  return members.all().map((member) => ({
    memberId: member.id,
    groupInstanceId: member.facts.instanceId,
    clientId: member.facts.clientId,
    clientHost: member.facts.clientHost,
    memberMetadata: isStable ? member.metadataFor(protocolName) : noAssignment,
    memberAssignment: member.assignment,
  }))
}
