import type { ErrorCode } from '@sluice/protocol'
import type { CoordinatorKind } from '../cluster/coordinator-places.js'
import type { RequestContext } from './api-handler.js'

/** The error of a broker that is not the coordinator that a request needs, or null when it is. */
export function coordinatorError(
  kind: CoordinatorKind,
  name: string,
  { nodeId, state }: RequestContext,
): ErrorCode | null {
  return state.coordinators.coordinatorOf(kind, name) === nodeId ? null : 'NOT_COORDINATOR'
}

/** What a client hears in place of PRODUCER_FENCED in versions that do not have it. */
export function olderFencedError(error: ErrorCode, isOlder: boolean): ErrorCode {
  return isOlder && error === 'PRODUCER_FENCED' ? 'INVALID_PRODUCER_EPOCH' : error
}
