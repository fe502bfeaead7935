import { inspect } from 'node:util'
import { findCoordinatorApi } from '@sluice/protocol'
import { GroupClient } from '../../group-client.js'
import type { Side } from '../side.js'

/** Clients of a group of the script's own, each with a connection. The coordinator is there when they get it. */
export async function clientsOn(
  side: Side,
  { names = ['a', 'b', 'c'], group = '' }: { names?: readonly string[]; group?: string } = {},
): Promise<GroupClient[]> {
  const groupId = `group-${side.topic}${group}`
  await found(side, groupId)
  return names.map((name) => {
    const own = side.another()
    return new GroupClient(name, groupId, (...parts) => own.ask(...parts), side.labels)
  })
}

/** A Kafka that has just started makes the topics of its coordinators at the first question. */
async function found(side: Side, groupId: string): Promise<void> {
  for (;;) {
    const answer = await side.ask(findCoordinatorApi, 6, { keyType: 0, coordinatorKeys: [groupId] })
    if (typeof answer === 'string' || answer.coordinators[0]?.errorCode !== 0) continue
    const probe = new GroupClient('probe', groupId, (...parts) => side.ask(...parts), side.labels)
    const heard = await probe.heartbeat({ memberId: 'nobody' })
    if (heard === 'UNKNOWN_MEMBER_ID') return
  }
}

/** Asks again until the answer has the text in it, and gives that answer. */
export async function until(text: string, ask: () => Promise<unknown>): Promise<unknown> {
  for (;;) {
    const answer = await ask()
    if (inspect(answer, { depth: 5 }).includes(text)) return answer
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** Resolves when the group has so many members. */
export async function membersOf(client: GroupClient, count: number): Promise<void> {
  for (;;) {
    const answer = await client.describe()
    const members: unknown = Array.isArray(answer) ? answer.at(-1) : undefined
    if (members instanceof Set && members.size === count) return
  }
}

/** Two clients join one generation, in which the first leads. Neither has asked for its part. */
export async function bothJoined(
  [a, b]: readonly GroupClient[],
  options: Parameters<GroupClient['join']>[0] = {},
): Promise<unknown[]> {
  await a!.enter(options)
  await a!.sync({ [a!.memberId]: 'all' })
  const entering = b!.enter(options)
  await until('REBALANCE_IN_PROGRESS', () => a!.heartbeat())
  return [await a!.join(options), await entering]
}

/** Two clients become a group, in which the first leads: `a` and `b` with their parts. */
export async function twoMembers(
  [a, b]: readonly GroupClient[],
  options: Parameters<GroupClient['join']>[0] = {},
): Promise<unknown[]> {
  const joined = await bothJoined([a!, b!], options)
  const parts = { [a!.memberId]: 'of a', [b!.memberId]: 'of b' }
  return [...joined, ...(await Promise.all([a!.sync(parts), b!.sync()]))]
}
