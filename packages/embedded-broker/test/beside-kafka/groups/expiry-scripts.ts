import type { Script } from '../script.js'
import { bothJoined, clientsOn, twoMembers, until } from './clients.js'

const short = { sessionTimeoutMs: 300 }

/** What happens when time runs out. */
export const expiryScripts: Script[] = [
  {
    title: 'a member that is not heard of',
    run: async (side) => {
      const [a] = await clientsOn(side)
      const answers = [await a!.enter(short), await a!.sync({ [a!.memberId]: 'all' })]
      answers.push(await until('Empty', () => a!.describe()))
      return [...answers, await a!.heartbeat(), await a!.commit(side.topic, 1n)]
    },
  },
  {
    title: 'a follower that is not heard of',
    run: async (side) => {
      const [a, b] = await clientsOn(side)
      await a!.enter()
      await a!.sync({ [a!.memberId]: 'all' })
      const entering = b!.enter(short)
      await until('REBALANCE_IN_PROGRESS', () => a!.heartbeat())
      const answers = [await a!.join(), await entering]
      const waiting = b!.sync()
      answers.push(await a!.sync({ [b!.memberId]: 'of b' }), await waiting)
      answers.push(await until('REBALANCE_IN_PROGRESS', () => a!.heartbeat()))
      return [...answers, await b!.heartbeat(), await a!.join(), await a!.describe()]
    },
  },
  {
    title: 'an id with which nobody joins in time',
    run: async (side) => {
      const [a] = await clientsOn(side)
      const answers = [await a!.join(short)]
      await new Promise((resolve) => setTimeout(resolve, 600))
      return [...answers, await a!.join(short), await a!.describe()]
    },
  },
  {
    title: 'a member that does not join the rebalance in time',
    run: async (side) => {
      const [a, b] = await clientsOn(side)
      const answers = [await a!.enter({ rebalanceTimeoutMs: 400 })]
      answers.push(await a!.sync({ [a!.memberId]: 'all' }))
      answers.push(await b!.enter({ rebalanceTimeoutMs: 200 }), await a!.heartbeat())
      answers.push(await b!.sync({ [b!.memberId]: 'all' }), await b!.describe())
      return answers
    },
  },
  {
    title: 'a follower that does not sync in time',
    run: async (side) => {
      const [a, b] = await clientsOn(side)
      const options = { rebalanceTimeoutMs: 400 }
      const answers = await bothJoined([a!, b!], options)
      answers.push(await a!.sync({ [a!.memberId]: 'of a' }), await b!.heartbeat())
      answers.push(await until('REBALANCE_IN_PROGRESS', () => a!.heartbeat()))
      return [...answers, await b!.heartbeat(), await a!.join(options), await a!.describe()]
    },
  },
  {
    title: 'a leader that does not sync in time',
    run: async (side) => {
      const [a, b] = await clientsOn(side)
      const options = { rebalanceTimeoutMs: 400 }
      const answers = await bothJoined([a!, b!], options)
      answers.push(await b!.sync(), await a!.heartbeat(), await b!.join(options))
      return [...answers, await b!.describe()]
    },
  },
  {
    title: 'a member that waits is not expired',
    run: async (side) => {
      const [a, b] = await clientsOn(side)
      await twoMembers([a!, b!], short)
      const leading = a!.join({ ...short, protocols: { range: 'new' } })
      const since = Date.now()
      while (Date.now() - since < 800) await b!.heartbeat()
      return [await b!.join(short), await leading, await a!.describe()]
    },
  },
]
