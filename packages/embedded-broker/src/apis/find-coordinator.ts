import { findCoordinatorApi, type RequestOf, errorNumberOf } from '@sluice/protocol'
import type { AnswerOf, ApiHandler } from './api-handler.js'

type Request = RequestOf<typeof findCoordinatorApi>
type Answer = AnswerOf<typeof findCoordinatorApi>

/** Many keys can be asked for at once from this version on. */
const manyKeysFromVersion = 4

/**
 * FindCoordinator, versions 0 to 6: there are no consumer groups and no transactions yet, so every key is
 * COORDINATOR_NOT_AVAILABLE. Consumers that assign their own partitions ask too, and read without a coordinator.
 */
export const findCoordinator: ApiHandler<Request, Answer> = {
  api: findCoordinatorApi,
  handle(request, { version }) {
    if (version < manyKeysFromVersion) return noCoordinator
    return { coordinators: request.coordinatorKeys.map((key) => ({ key, ...noCoordinator })) }
  },
}

const noCoordinator = {
  nodeId: -1,
  host: '',
  port: -1,
  errorCode: errorNumberOf('COORDINATOR_NOT_AVAILABLE'),
  errorMessage: 'there are no groups and no transactions in an embedded cluster',
}
