import type { RequestOf } from '@sluice/protocol'
import { listGroupsApi } from '../../messages/groups/list-groups.js'
import type { AnswerOf, ApiHandler } from '../api-handler.js'

type Request = RequestOf<typeof listGroupsApi>
type Answer = AnswerOf<typeof listGroupsApi>

/** The type of the groups of JoinGroup. There are no others here. */
const classic = 'classic'

/**
 * ListGroups, versions 0 to 5: the groups that this broker coordinates, those of some states from version 4 on, those of
 * some types from 5 on. Names of states and types are compared whatever their case.
 */
export const listGroups: ApiHandler<Request, Answer> = {
  api: listGroupsApi,
  handle({ statesFilter, typesFilter }, { nodeId, state: cluster }) {
    const groups = cluster.groups
      .all()
      .filter(({ id }) => cluster.coordinators.coordinatorOf('group', id) === nodeId)
      .filter(({ state }) => isAmong(statesFilter, state) && isAmong(typesFilter, classic))
      .map(({ id, protocolType, state }) => ({
        groupId: id,
        protocolType: protocolType ?? '',
        groupState: state,
        groupType: classic,
      }))
    return { errorCode: 0, groups }
  },
}

function isAmong(filter: readonly string[], word: string): boolean {
  return filter.length === 0 || filter.some((one) => one.toLowerCase() === word.toLowerCase())
}
