import { findCoordinatorApi, type RequestOf, errorNumberOf } from '@sluice/protocol'
import type { ClusterState } from '../cluster/cluster-state.js'
import type { CoordinatorKind } from '../cluster/coordinator-places.js'
import type { AnswerOf, ApiHandler } from './api-handler.js'

type Request = RequestOf<typeof findCoordinatorApi>
type Answer = AnswerOf<typeof findCoordinatorApi>
type Coordinator = Omit<NonNullable<Answer['coordinators']>[number], 'key'>

/** Many keys can be asked for at once from this version on. */
const manyKeysFromVersion = 4

const kinds: Readonly<Record<number, CoordinatorKind>> = { 0: 'group', 1: 'transaction' }

/**
 * FindCoordinator, versions 0 to 6: the broker that looks after a group or a transactional id. It is
 * COORDINATOR_NOT_AVAILABLE while no broker does. Share groups (key type 2) are INVALID_REQUEST.
 */
export const findCoordinator: ApiHandler<Request, Answer> = {
  api: findCoordinatorApi,
  handle({ coordinatorKeys, key, keyType }, { state, version }) {
    if (version < manyKeysFromVersion) return find(state, keyType, key, 'NONE')
    return {
      coordinators: coordinatorKeys.map((one) => ({ key: one, ...find(state, keyType, one, '') })),
    }
  },
}

/** @param success The message that Kafka gives where there is no error. */
function find(state: ClusterState, keyType: number, key: string, success: string): Coordinator {
  const kind = kinds[keyType]
  if (kind === undefined) return failure('INVALID_REQUEST')
  const nodeId = state.coordinators.coordinatorOf(kind, key)
  const endpoint = state.endpoints.get(nodeId)
  if (endpoint === undefined) return failure('COORDINATOR_NOT_AVAILABLE')
  const { host, port } = endpoint
  return { nodeId, host, port, errorCode: 0, errorMessage: success }
}

function failure(error: 'COORDINATOR_NOT_AVAILABLE' | 'INVALID_REQUEST'): Coordinator {
  const nowhere = { nodeId: -1, host: '', port: -1 }
  return { ...nowhere, errorCode: errorNumberOf(error), errorMessage: error }
}
