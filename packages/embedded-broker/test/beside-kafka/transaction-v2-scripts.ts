import type { Script } from './script.js'
import type { Side } from './side.js'
import { ended, fetched, producerOn, quiet } from './transactions.js'

const v2 = { version: 12 }
const end = { version: 5 }

/** What the EndTxn of a state says, for the epoch of the producer and for that before. */
function endsFrom(title: string, reach: (side: Side) => Promise<unknown>): Script[] {
  return [
    [true, 0],
    [true, -1],
    [true, -2],
    [true, 1],
    [false, 0],
    [false, -1],
    [false, -2],
    [false, 1],
  ].map(([committed, step]) => ({
    title: `EndTxn 5 after ${title}: ${committed ? 'commit' : 'abort'}, epoch ${step}`,
    run: async (side: Side) => {
      const producer = (await reach(side)) as Awaited<ReturnType<typeof producerOn>>
      const producerEpoch = producer.producerEpoch + Number(step)
      if (producerEpoch < 0) return 'no such epoch'
      return producer.end(Boolean(committed), { ...end, producerEpoch })
    },
  }))
}

async function begun(side: Side) {
  const producer = await producerOn(side)
  await producer.init()
  await producer.init({ producerId: producer.producerId, producerEpoch: 0 })
  return producer
}

async function endedAs(side: Side, committed: boolean) {
  const producer = await begun(side)
  await producer.produce(0, v2)
  const before = producer.producerEpoch
  await producer.end(committed, end)
  await quiet(side)
  await ended(() => producer.end(committed, { ...end, producerEpoch: before }))
  return producer
}

/** Transactions of KIP-890: Produce enrols, and each end takes an epoch. */
export const transactionV2Scripts: Script[] = [
  {
    title: 'transactions of version 2 one after the other',
    run: async (side) => {
      const producer = await producerOn(side)
      const answers = [
        await producer.init(),
        await producer.produce(0, { ...v2, count: 2 }),
        await producer.produce(0, { ...v2, count: 2 }),
        await producer.produce(2, v2),
        await producer.end(true, end),
        await ended(() => producer.produce(0, v2)),
        await producer.end(false, end),
      ]
      await quiet(side)
      return [...answers, await fetched(side, producer), await fetched(side, producer, 4n)]
    },
  },
  ...endsFrom('nothing', begun),
  ...endsFrom('a commit', (side) => endedAs(side, true)),
  ...endsFrom('an abort', (side) => endedAs(side, false)),
  ...endsFrom('a record', async (side) => {
    const producer = await begun(side)
    await producer.produce(0, v2)
    return producer
  }),
  {
    title: 'batches of the epoch that has ended, and sequences of the next',
    run: async (side) => {
      const producer = await producerOn(side)
      await producer.init()
      await producer.produce(0, v2)
      await producer.end(true, end)
      await quiet(side)
      const old = { producerEpoch: 0 }
      return [
        await ended(() => producer.produce(1, { ...v2, ...old })),
        await producer.produce(0, { ...v2, ...old }),
        await producer.produce(1, { version: 11, ...old }),
        await producer.produce(1, { ...v2, ...old, transactional: false }),
        await producer.produce(1, v2),
        await producer.produce(0, v2),
        await producer.produce(0, { ...v2, producerEpoch: 2 }),
        await producer.produce(1, v2),
      ]
    },
  },
  {
    title: 'the first sequence in a transaction of version 2',
    run: async (side) => {
      const producer = await producerOn(side)
      await producer.init()
      return [
        await producer.produce(3, v2),
        await producer.produce(0, v2),
        await producer.produce(1, v2),
      ]
    },
  },
  {
    title: 'requests of both versions in one transaction',
    run: async (side) => {
      const producer = await producerOn(side)
      await producer.init()
      const answers = [await producer.produce(0, v2), await producer.end(true)]
      answers.push(await ended(() => producer.end(true)))
      answers.push(await producer.add(), await producer.produce(1), await producer.end(true, end))
      answers.push(await ended(() => producer.end(true, { ...end, producerEpoch: 0 })))
      answers.push(await producer.add(), await producer.produce(0, v2), await producer.end(false))
      await quiet(side)
      return [...answers, await fetched(side, producer)]
    },
  },
  {
    title: 'a transaction all of whose records are refused',
    configs: { 'max.message.bytes': '200' },
    run: async (side) => {
      const producer = await producerOn(side)
      await producer.init()
      const refused = await producer.produce(0, { ...v2, count: 50 })
      const answers = [refused, await producer.end(true, end)]
      answers.push(await ended(() => producer.end(false, end)))
      return [...answers, await ended(() => producer.produce(0, v2))]
    },
  },
  {
    title: 'a transaction that runs out of time',
    run: async (side) => {
      const producer = await producerOn(side)
      const answers = [await producer.init({ timeoutMs: 100 }), await producer.produce(0, v2)]
      await quiet(side)
      await ended(() => producer.add())
      return [
        ...answers,
        await producer.produce(1, v2),
        await producer.produce(1, { version: 11 }),
        await producer.add(),
        await producer.end(true, { version: 1 }),
        await producer.end(true),
        await producer.end(false),
        await producer.end(true, { ...end, producerEpoch: 0 }),
        await producer.end(false, { ...end, producerEpoch: 0 }),
        await producer.init({ producerId: producer.producerId, producerEpoch: 0 }),
        await fetched(side, producer),
      ]
    },
  },
]
