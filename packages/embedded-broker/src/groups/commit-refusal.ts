import type { ErrorCode } from '@sluice/protocol'
import type { Group } from './group.js'

/** Who commits offsets, as its consumer knows itself (KIP-447). */
export interface CommittingMember {
  /** −1 for a consumer that is in no generation. */
  readonly generationId: number
  /** Empty for none. */
  readonly memberId: string
  readonly groupInstanceId: string | null
}

/**
 * Whether a consumer may commit offsets of a group.
 *
 * @param inTransaction Whether by TxnOffsetCommit: then somebody who names no member may commit beside the members, and no
 * rebalance is heeded.
 * @returns The error to answer, or null.
 */
export function commitRefusal(
  group: Group,
  { generationId, groupInstanceId, memberId }: CommittingMember,
  inTransaction: boolean,
): ErrorCode | null {
  if (generationId < 0 && group.state === 'Empty') return null
  const isNobody = generationId < 0 && memberId === '' && groupInstanceId === null
  if (isNobody) return inTransaction ? null : 'UNKNOWN_MEMBER_ID'
  const unknown = group.members.refusal(memberId, groupInstanceId)
  if (unknown !== null) return unknown
  if (generationId !== group.generation) return 'ILLEGAL_GENERATION'
  const isSyncing = group.state === 'CompletingRebalance'
  return isSyncing && !inTransaction ? 'REBALANCE_IN_PROGRESS' : null
}
