import { errorCodeOf, offsetFetchApi } from '@sluice/protocol'
import { deleteGroupsApi } from '../../../src/messages/groups/delete-groups.js'
import { listGroupsApi } from '../../../src/messages/groups/list-groups.js'
import type { GroupClient } from '../../group-client.js'
import type { Script } from '../script.js'
import type { Side } from '../side.js'
import { clientsOn, twoMembers, until } from './clients.js'

async function committed(side: Side, { groupId }: GroupClient): Promise<unknown> {
  const groups = [{ groupId, memberId: null, topics: null }]
  const answer = await side.ask(offsetFetchApi, 9, { groups, requireStable: false })
  if (typeof answer === 'string') return answer
  return answer.groups[0]!.topics.flatMap(({ partitions }) =>
    partitions.map((one) => [one.committedOffset, one.committedLeaderEpoch, one.metadata]),
  )
}

async function listed(side: Side, version: number, filters: object, own: string): Promise<unknown> {
  const answer = await side.ask(listGroupsApi, version, filters)
  if (typeof answer === 'string') return answer
  const groups = answer.groups.filter(({ groupId }) => groupId === own)
  return [errorCodeOf(answer.errorCode), groups]
}

async function deleted(side: Side, version: number, ...groupsNames: string[]): Promise<unknown> {
  const answer = await side.ask(deleteGroupsApi, version, { groupsNames })
  if (typeof answer === 'string') return answer
  return new Set(answer.results.map((one) => [one.groupId, errorCodeOf(one.errorCode)]))
}

/** Offsets that groups commit, and what administrators see of groups. */
export const commitScripts: Script[] = [
  {
    title: 'offsets that nobody of a group commits, in every version',
    run: async (side) => {
      const [a] = await clientsOn(side)
      const answers = []
      for (const version of [2, 3, 4, 5, 6, 7, 8, 9]) {
        const metadata = version === 4 ? null : `v${version}`
        answers.push(await a!.commit(side.topic, BigInt(version), { version, metadata }))
        answers.push(await committed(side, a!))
      }
      const topicId = await side.topicId()
      answers.push(await a!.commit('', 10n, { version: 10, topicId }), await committed(side, a!))
      return [...answers, await a!.describe(), await a!.commit('', -5n, { version: 10, topicId })]
    },
  },
  {
    title: 'offsets of what is not there',
    run: async (side) => {
      const [a] = await clientsOn(side)
      const topicId = '01234567-89ab-cdef-0123-456789abcdef'
      return [
        await a!.commit('nowhere', 1n),
        await a!.commit(side.topic, 1n, { partitions: [0, 7] }),
        await a!.commit('', 1n, { version: 10, topicId }),
        await a!.commit('', 1n, { version: 10, topicId: await side.topicId(), partitions: [7] }),
        await a!.commit(side.topic, 1n, { metadata: 'x'.repeat(4096) }),
        await a!.commit(side.topic, 1n, { metadata: 'x'.repeat(4097), partitions: [0, 7] }),
      ]
    },
  },
  {
    title: 'offsets of members, and of others beside them',
    run: async (side) => {
      const [a, b, c] = await clientsOn(side)
      const answers = await twoMembers([a!, b!])
      for (const version of [6, 7, 8, 9]) {
        answers.push(await a!.commit(side.topic, 1n, { version }), await committed(side, a!))
        answers.push(await a!.commit(side.topic, 2n, { version, generationId: 1 }))
        answers.push(await a!.commit(side.topic, 2n, { version, generationId: 9 }))
        answers.push(await a!.commit(side.topic, 2n, { version, memberId: 'm' }))
        answers.push(await a!.commit(side.topic, 2n, { version, memberId: '' }))
        answers.push(await a!.commit(side.topic, 2n, { version, generationId: -1 }))
        answers.push(await c!.commit(side.topic, 2n, { version }))
      }
      answers.push(await c!.commit(side.topic, 2n, { groupInstanceId: 'i' }))
      answers.push(await a!.leave(), await b!.leave(), await committed(side, a!))
      answers.push(
        await a!.commit(side.topic, 3n),
        await a!.commit(side.topic, 3n, { memberId: '' }),
      )
      return [...answers, await c!.commit(side.topic, 3n), await committed(side, a!)]
    },
  },
  {
    title: 'groups in lists, and groups that are deleted',
    run: async (side) => {
      const [a] = await clientsOn(side)
      const { groupId } = a!
      const answers = [await listed(side, 5, {}, groupId), await deleted(side, 2, groupId)]
      await a!.commit(side.topic, 1n)
      answers.push(await listed(side, 5, {}, groupId), await a!.enter())
      for (const version of [0, 1, 2, 3, 4, 5])
        answers.push(await listed(side, version, {}, groupId))
      await a!.sync({ [a!.memberId]: 'all' })
      for (const statesFilter of [['Stable'], ['stable', 'Dead'], ['Empty'], ['nonsense']]) {
        answers.push(await listed(side, 5, { statesFilter }, groupId))
      }
      for (const typesFilter of [['classic'], ['Classic', 'share'], ['consumer'], ['nonsense']]) {
        answers.push(await listed(side, 5, { typesFilter }, groupId))
      }
      for (const version of [0, 1, 2]) answers.push(await deleted(side, version, groupId, 'nobody'))
      answers.push(await a!.leave(), await deleted(side, 2, groupId, groupId))
      answers.push(await committed(side, a!), await a!.describe(), await a!.heartbeat())
      return [...answers, await a!.join({ memberId: '', version: 3 }), await a!.describe()]
    },
  },
  {
    title: 'a group that is deleted while somebody is to join it',
    run: async (side) => {
      const [a] = await clientsOn(side)
      const answers = [await a!.join(), await a!.describe(), await deleted(side, 2, a!.groupId)]
      return [...answers, await a!.join(), await a!.describe()]
    },
  },
  {
    title: 'offsets of a topic that is deleted',
    run: async (side) => {
      const [a] = await clientsOn(side)
      await a!.commit(side.topic, 5n)
      await side.recreate()
      await until('[]', () => committed(side, a!))
      return [await committed(side, a!), await a!.describe()]
    },
  },
]
