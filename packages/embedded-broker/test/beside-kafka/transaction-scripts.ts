import { batchOf } from '../batches.js'
import type { Script } from './script.js'
import { ended, ends, fetched, producerOn, quiet } from './transactions.js'

/** Transactions as they were before KIP-890: the producer names its partitions, and keeps its epoch. */
export const transactionScripts: Script[] = [
  {
    title: 'a transaction of version 1 from the first request to the last',
    run: async (side) => {
      const producer = await producerOn(side)
      const answers = [
        await producer.init(),
        await producer.end(true),
        await producer.end(false),
        await producer.add(),
        await producer.add(),
        await producer.produce(0, { count: 2 }),
        await producer.produce(0, { count: 2 }),
        await producer.produce(2),
        await fetched(side, producer),
        await producer.end(true),
        await ended(() => producer.end(true)),
        await producer.end(false),
      ]
      await quiet(side)
      answers.push(await fetched(side, producer))
      answers.push(await producer.add(), await producer.produce(3), await producer.end(false))
      answers.push(await ended(() => producer.end(false)), await producer.end(true))
      await quiet(side)
      return [...answers, await fetched(side, producer), await fetched(side, producer, 4n)]
    },
  },
  {
    title: 'records for a partition that is not in the transaction',
    run: async (side) => {
      const producer = await producerOn(side)
      const answers = [await producer.init()]
      for (const version of [3, 8, 10, 11]) answers.push(await producer.produce(0, { version }))
      await producer.add()
      answers.push(await producer.produce(0), await producer.end(true))
      await quiet(side)
      await ended(() => producer.end(true))
      for (const version of [10, 11]) {
        answers.push(await producer.produce(0, { version }), await producer.produce(1, { version }))
      }
      return answers
    },
  },
  {
    title: 'a batch of the transaction before, repeated in the next',
    run: async (side) => {
      const producer = await producerOn(side)
      await producer.init()
      await producer.add()
      await producer.produce(0)
      await producer.end(true)
      await ended(() => producer.add())
      const again = [
        await producer.produce(0),
        await producer.produce(2),
        await producer.produce(1),
      ]
      await producer.end(true)
      // The transaction has no record, so that no reader can tell when it has ended.
      await ended(() => producer.end(true))
      return [again, await fetched(side, producer)]
    },
  },
  {
    title: 'the first sequence in a transaction of version 1',
    run: async (side) => {
      const producer = await producerOn(side)
      await producer.init()
      await producer.add()
      const answers = [
        await producer.produce(4711),
        await producer.produce(4712),
        await producer.produce(0),
      ]
      const other = await producerOn(side, '-other')
      await other.init()
      answers.push(await other.produce(3))
      await other.add()
      return [...answers, await other.produce(5), await other.produce(3), await other.produce(4)]
    },
  },
  {
    title: 'a batch beside the open transaction of its producer, and without the transactional id',
    run: async (side) => {
      const producer = await producerOn(side)
      await producer.init()
      await producer.add()
      await producer.produce(0)
      const { producerId } = producer
      const identity = { producerId, producerEpoch: 0, baseSequence: 1 }
      const plain = await batchOf([{ value: 'a' }], identity)
      const inTransaction = await batchOf([{ value: 'a' }], { ...identity, transactional: true })
      return [
        await producer.produce(1, { transactional: false }),
        await side.produce(plain),
        await side.produce(inTransaction),
        await producer.produce(1),
      ]
    },
  },
  {
    title: 'partitions that are not there',
    run: async (side) => {
      const producer = await producerOn(side)
      await producer.init()
      return [
        await producer.add([0, 1]),
        await producer.add([1]),
        await producer.add([0], { topic: 'nowhere' }),
        await producer.add([]),
        await producer.end(true),
        await ended(() => producer.end(false)),
      ]
    },
  },
  {
    title: 'readers of committed records beside an open transaction',
    run: async (side) => {
      const producer = await producerOn(side)
      await producer.init()
      const before = Date.now() - 60_000
      await side.produce(await batchOf([{ value: 'before', timestamp: before }]))
      await producer.add()
      await producer.produce(0)
      await side.produce(await batchOf([{ value: 'behind', timestamp: before + 120_000 }]))
      const answers = [
        await ends(side),
        await fetched(side, producer),
        await fetched(side, producer, 2n),
      ]
      answers.push(
        await ends(side, BigInt(before + 100_000)),
        await ends(side, -3n),
        await ends(side, -2n),
      )
      await producer.end(false)
      await quiet(side)
      answers.push(await ends(side), await ends(side, BigInt(before + 100_000)))
      return [...answers, await fetched(side, producer, 1n), await fetched(side, producer, 2n)]
    },
  },
]
