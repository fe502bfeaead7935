import type { ErrorCode } from '@sluice/protocol'
import type { Group } from './group.js'

/** Who leaves. An administrator removes a static member by its instance id alone, with an empty member id. */
export interface Leaving {
  readonly memberId: string
  readonly groupInstanceId: string | null
}

/** Lets members leave, and begins one rebalance for all of them. @returns The error of each, null for none. */
export function leaveGroup(group: Group, leaving: readonly Leaving[]): (ErrorCode | null)[] {
  const found = leaving.map((one) => find(group, one))
  group.remove(found.flatMap(({ id }) => id ?? []))
  return found.map(({ error }) => error ?? null)
}

interface Found {
  readonly id?: string
  readonly error?: ErrorCode
}

function find({ members }: Group, { groupInstanceId, memberId }: Leaving): Found {
  if (memberId === '') {
    const id = groupInstanceId === null ? undefined : members.ofInstance(groupInstanceId)
    return id === undefined ? { error: 'UNKNOWN_MEMBER_ID' } : { id }
  }
  if (members.pending.has(memberId)) return { id: memberId }
  const error = members.refusal(memberId, groupInstanceId)
  return error === null ? { id: memberId } : { error }
}
