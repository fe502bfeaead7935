/**
 * Where a group of the classic protocol stands, by Kafka's names.
 *
 * - `Empty`: no members. There may be offsets.
 * - `PreparingRebalance`: the members are awaited. A JoinGroup is answered when all have come, or when the time of the
 *   slowest member is over: those that have not come are then no members any more.
 * - `CompletingRebalance`: the members know their generation, and wait for what the leader gives them by SyncGroup.
 * - `Stable`: each member has its part.
 * - `Dead`: the group was deleted, or nothing of it is left.
 */
export type GroupState = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable' | 'Dead'

/**
 * Every way from one state to another.
 *
 *               a member joins                    all have joined, or the time is over
 *     ┌───────┐ ──────────────► ┌────────────────────┐ ──────────────► ┌─────────────────────┐
 *     │ Empty │                 │ PreparingRebalance │                 │ CompletingRebalance │
 *     └───────┘ ◄────────────── └────────────────────┘ ◄────────────── └─────────────────────┘
 *         │     no member is left   ▲       │   a member joins or goes,      │ the leader's SyncGroup
 *         │                         │       │   or does not sync in time     ▼
 *         │                         │       │                          ┌────────┐
 *         │                         └───────┼───────────────────────── │ Stable │
 *         │         a member joins or goes, │                          └────────┘
 *         │         or does not sync        │
 *         └──────────────► Dead ◄───────────┘ DeleteGroups, and offsets that expire: of an Empty group only
 */
const nextStates: Readonly<Record<GroupState, readonly GroupState[]>> = {
  Empty: ['PreparingRebalance', 'Dead'],
  PreparingRebalance: ['CompletingRebalance', 'Empty'],
  CompletingRebalance: ['Stable', 'PreparingRebalance'],
  Stable: ['PreparingRebalance'],
  Dead: [],
}

/** Whether a rebalance may begin. In `PreparingRebalance` there is one already. */
export function canRebalance(state: GroupState): boolean {
  return nextStates[state].includes('PreparingRebalance')
}

/** @throws Error when there is no such way: a fault of the broker itself. */
export function requireTransition(from: GroupState, to: GroupState): void {
  if (nextStates[from].includes(to)) return
  throw new Error(`a group that is ${from} cannot become ${to}`)
}
