import type { Script } from '../script.js'
import { clientsOn, twoMembers, until } from './clients.js'

/** Static members (KIP-345). */
export const staticScripts: Script[] = [
  {
    title: 'a static leader that comes back, in every version',
    run: async (side) => {
      const answers = []
      for (const version of [5, 6, 7, 8, 9]) {
        const [a, b] = await clientsOn(side, { group: `-v${version}` })
        Object.assign(a!, { groupInstanceId: 'one' })
        Object.assign(b!, { groupInstanceId: 'two' })
        answers.push(await twoMembers([a!, b!], { version }))
        const { memberId } = a!
        answers.push(await a!.join({ version, memberId: '' }), await b!.heartbeat())
        answers.push(await a!.sync(), await a!.heartbeat(), await a!.describe())
        answers.push(await a!.heartbeat({ memberId }), await a!.sync({}, { memberId }))
        answers.push(await a!.join({ version, memberId }), await a!.commit(side.topic, 1n))
        answers.push(await a!.commit(side.topic, 1n, { memberId }))
      }
      return answers
    },
  },
  {
    title: 'a static follower that comes back',
    run: async (side) => {
      const [a, b] = await clientsOn(side)
      Object.assign(b!, { groupInstanceId: 'two' })
      const answers = await twoMembers([a!, b!])
      answers.push(await b!.join({ memberId: '' }), await b!.sync(), await a!.heartbeat())
      const changed = { memberId: '', protocols: { range: '', other: '' } }
      answers.push(await b!.join(changed), await a!.heartbeat(), await b!.heartbeat())
      return [...answers, await a!.describe()]
    },
  },
  {
    title: 'a static member that comes back during a rebalance',
    run: async (side) => {
      const [a, b, c] = await clientsOn(side)
      Object.assign(b!, { groupInstanceId: 'two' })
      const answers = await twoMembers([a!, b!])
      const entering = c!.enter()
      await until('REBALANCE_IN_PROGRESS', () => a!.heartbeat())
      const back = b!.join({ memberId: '' })
      await until('two', () => a!.describe())
      answers.push(await a!.join(), await back, await entering)
      const waiting = c!.sync()
      const again = b!.join({ memberId: '' })
      answers.push(await waiting)
      const all = [a!.join(), c!.join()]
      return [...answers, await again, ...(await Promise.all(all)), await a!.describe()]
    },
  },
  {
    title: 'static members that are removed, and others that are not theirs',
    run: async (side) => {
      const [a, b] = await clientsOn(side)
      Object.assign(a!, { groupInstanceId: 'one' })
      const answers = [await a!.join(), await a!.sync({ [a!.memberId]: 'all' })]
      answers.push(await a!.leave({ groupInstanceId: 'other' }), await a!.leave({ memberId: 'm' }))
      answers.push(await a!.heartbeat({ groupInstanceId: null }))
      answers.push(await a!.heartbeat({ groupInstanceId: 'other' }))
      answers.push(await b!.leave({ memberId: '', groupInstanceId: 'other' }))
      answers.push(await b!.leave({ memberId: '', groupInstanceId: null }))
      answers.push(await b!.leave({ memberId: '', groupInstanceId: 'one' }))
      return [...answers, await a!.heartbeat(), await a!.describe()]
    },
  },
  {
    title: 'a static member that does not join the rebalance in time',
    run: async (side) => {
      const [a, b] = await clientsOn(side)
      Object.assign(a!, { groupInstanceId: 'one' })
      const answers = [await a!.enter({ rebalanceTimeoutMs: 300 })]
      answers.push(await a!.sync({ [a!.memberId]: 'all' }))
      answers.push(await b!.enter({ rebalanceTimeoutMs: 200 }), await a!.heartbeat())
      return [...answers, await b!.describe()]
    },
  },
]
