import type { Script } from '../script.js'
import { clientsOn, membersOf, twoMembers, until } from './clients.js'

const versions = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]

/** How members come, stay and go. */
export const membershipScripts: Script[] = [
  {
    title: 'a member alone, in every version',
    run: async (side) => {
      const answers = []
      for (const version of versions) {
        const [a] = await clientsOn(side, { group: `-v${version}` })
        answers.push(await a!.join({ version }), await a!.enter({ version }))
        answers.push(await a!.describe())
        answers.push(await a!.sync({ [a!.memberId]: 'all' }, { version: Math.min(version, 5) }))
        answers.push(await a!.heartbeat({ version: Math.min(version, 4) }))
        answers.push(await a!.describe(Math.min(version, 6)))
        answers.push(await a!.leave({ version: Math.min(version, 5) }))
        answers.push(await a!.heartbeat(), await a!.describe())
        answers.push(await a!.enter({ version, memberId: '' }))
      }
      return answers
    },
  },
  {
    title: 'a group that is not there',
    run: async (side) => {
      const [a] = await clientsOn(side)
      a!.memberId = 'm'
      const answers = [await a!.join(), await a!.sync(), await a!.heartbeat()]
      for (const version of [0, 2, 3, 5]) answers.push(await a!.leave({ version }))
      for (const version of [0, 5, 6]) answers.push(await a!.describe(version))
      for (const version of [8, 9]) {
        answers.push(await a!.commit(side.topic, 1n, { version, generationId: 3 }))
      }
      return answers
    },
  },
  {
    title: 'the group without a name',
    run: async (side) => {
      const [known] = await clientsOn(side)
      const a = Object.assign(known!, { groupId: '' })
      const answers = [await a.join(), await a.sync(), await a.heartbeat(), await a.leave()]
      return [...answers, await a.describe(), await a.commit(side.topic, 1n)]
    },
  },
  {
    title: 'a JoinGroup with what cannot be',
    run: async (side) => {
      const [a] = await clientsOn(side)
      return [
        await a!.join({ sessionTimeoutMs: 99 }),
        await a!.join({ sessionTimeoutMs: 1_800_001 }),
        await a!.join({ protocols: {} }),
        await a!.join({ protocolType: '' }),
        await a!.join({ memberId: 'm' }),
        await a!.join({ memberId: 'm', groupInstanceId: 'i' }),
        await a!.describe(),
      ]
    },
  },
  {
    title: 'a second member, and what each state answers',
    run: async (side) => {
      const [a, b] = await clientsOn(side)
      const answers = [await a!.enter(), await a!.heartbeat(), await a!.commit(side.topic, 1n)]
      answers.push(await a!.sync({ [a!.memberId]: 'all' }), await a!.commit(side.topic, 2n))
      const entering = b!.enter()
      answers.push(await until('REBALANCE_IN_PROGRESS', () => a!.heartbeat()))
      answers.push(await a!.sync(), await a!.commit(side.topic, 3n), await a!.describe())
      answers.push(await a!.heartbeat({ generationId: 7 }), await a!.heartbeat({ memberId: 'm' }))
      const old = a!.generationId
      answers.push(await a!.join(), await entering, await b!.heartbeat(), await a!.describe())
      answers.push(await a!.heartbeat({ generationId: old }))
      answers.push(await a!.commit(side.topic, 4n), await b!.sync({}, { generationId: old }))
      const waiting = b!.sync()
      const parts = { [a!.memberId]: 'of a', [b!.memberId]: 'of b' }
      answers.push(await a!.sync(parts), await waiting, await b!.sync(), await a!.describe())
      answers.push(await b!.commit(side.topic, 5n, { generationId: old }))
      answers.push(await b!.commit(side.topic, 5n, { generationId: -1, memberId: '' }))
      answers.push(await b!.leave(), await b!.heartbeat(), await a!.heartbeat())
      return [...answers, await a!.join(), await a!.sync(), await a!.describe()]
    },
  },
  {
    title: 'a leader that gives nothing to some',
    run: async (side) => {
      const [a, b] = await clientsOn(side)
      await twoMembers([a!, b!])
      const joining = b!.join({ protocols: { range: 'other' } })
      await until('REBALANCE_IN_PROGRESS', () => a!.heartbeat())
      const joined = [await a!.join(), await joining]
      const waiting = b!.sync()
      return [...joined, await a!.sync({ [a!.memberId]: 'all', nobody: 'some' }), await waiting]
    },
  },
  {
    title: 'members that join again',
    run: async (side) => {
      const [a, b] = await clientsOn(side)
      const answers = await twoMembers([a!, b!])
      answers.push(await b!.join(), await b!.sync(), await a!.heartbeat())
      const leading = a!.join()
      answers.push(await until('REBALANCE_IN_PROGRESS', () => b!.heartbeat()))
      answers.push(await b!.join(), await leading, await b!.join(), await a!.join())
      // Kafka reads this as the topics of a consumer, and fails on words that are longer.
      const changing = a!.join({ protocols: { range: 'z' } })
      answers.push(await until('REBALANCE_IN_PROGRESS', () => b!.heartbeat()))
      answers.push(await b!.sync(), await b!.join(), await changing)
      return [...answers, await a!.describe()]
    },
  },
  {
    title: 'protocols that all know, and that none does',
    run: async (side) => {
      const [a, b, c] = await clientsOn(side)
      const answers = [await a!.enter({ protocols: { range: '', sticky: '' } })]
      answers.push(await b!.join({ protocols: { other: '' } }))
      answers.push(await b!.join({ protocols: { range: '' }, protocolType: 'connect' }))
      const joins = [b!.enter({ protocols: { sticky: '', range: '' } })]
      await until('REBALANCE_IN_PROGRESS', () => a!.heartbeat())
      joins.push(c!.enter({ protocols: { other: '', sticky: '', range: '' } }))
      await membersOf(a!, 3)
      joins.push(a!.join({ protocols: { range: '', sticky: '' } }))
      answers.push(...(await Promise.all(joins)))
      answers.push(await b!.sync({}, { protocolName: 'range' }))
      answers.push(await b!.sync({}, { protocolType: 'connect' }))
      answers.push(await b!.sync({}, { protocolType: null }))
      return [...answers, await a!.sync({}, { protocolName: 'sticky', protocolType: 'consumer' })]
    },
  },
  {
    title: 'an id that is given back before anybody has joined with it',
    run: async (side) => {
      const [a, b] = await clientsOn(side)
      const answers = [await a!.enter(), await a!.sync({ [a!.memberId]: 'all' })]
      answers.push(await b!.join(), await b!.heartbeat(), await b!.sync())
      answers.push(await b!.leave(), await a!.heartbeat(), await b!.join())
      answers.push(await b!.join(), await a!.describe(), await a!.heartbeat())
      return answers
    },
  },
]
