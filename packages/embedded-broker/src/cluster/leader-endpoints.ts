import type { ClusterState, Endpoint } from './cluster-state.js'

/** What an answer for a partition may say of who leads it. */
interface NamesLeader {
  readonly currentLeader?: { readonly leaderId?: number }
}

/** Where the leaders listen that an answer names, once each (KIP-951). */
export function leaderEndpoints(
  state: ClusterState,
  partitions: readonly NamesLeader[],
): Endpoint[] {
  const leaders = new Set(partitions.map(({ currentLeader }) => currentLeader?.leaderId))
  return [...state.endpoints.values()].filter(({ nodeId }) => leaders.has(nodeId))
}
