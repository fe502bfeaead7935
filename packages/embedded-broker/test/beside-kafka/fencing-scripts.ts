import { apiVersionsApi, errorCodeOf, findCoordinatorApi } from '@sluice/protocol'
import type { Script } from './script.js'
import type { Side } from './side.js'
import { ended, producerOn, quiet } from './transactions.js'

async function coordinators(side: Side, version: number, keyType: number): Promise<unknown> {
  const body = version < 4 ? { key: 'some', keyType } : { coordinatorKeys: ['some'], keyType }
  const answer = await side.ask(findCoordinatorApi, version, body)
  if (typeof answer === 'string') return answer
  const one = version < 4 ? answer : answer.coordinators[0]!
  const { errorCode, errorMessage, nodeId } = one
  const message = errorCode === 0 ? errorMessage : null
  return [errorCodeOf(errorCode), message, nodeId < 0, version < 4 || answer.coordinators[0]!.key]
}

/** OffsetFetch, FindCoordinator, InitProducerId, and the APIs of transactions but AddPartitionsToTxn. */
const transactionalKeys = [9, 10, 22, 25, 26, 28, 65]

/** Who may do what: identities that are the producer's, were, or never have been. */
export const fencingScripts: Script[] = [
  {
    title: 'versions of the APIs of transactions, and the level of transaction.version',
    run: async (side) => {
      const software = { clientSoftwareName: 'sluice', clientSoftwareVersion: '1' }
      const answer = await side.ask(apiVersionsApi, 4, software)
      if (typeof answer === 'string') return answer
      const { apiKeys, finalizedFeatures, supportedFeatures } = answer
      const feature = 'transaction.version'
      return [
        ...transactionalKeys.map((key) => {
          const range = apiKeys.find(({ apiKey }) => apiKey === key)!
          return [key, range.minVersion, range.maxVersion]
        }),
        finalizedFeatures.find(({ name }) => name === feature),
        supportedFeatures.find(({ name }) => name === feature),
      ]
    },
  },
  {
    title: 'coordinators, by version and kind',
    run: async (side) => {
      await producerOn(side)
      const answers = []
      for (const version of [0, 1, 3, 4, 6]) {
        for (const keyType of version < 1 ? [0] : [0, 1, 2, 3]) {
          answers.push([version, keyType, await coordinators(side, version, keyType)])
        }
      }
      return answers
    },
  },
  {
    title: 'InitProducerId with the identity of the producer, and with others',
    run: async (side) => {
      const producer = await producerOn(side)
      const answers = [await producer.init({ producerId: 5n, producerEpoch: 3 })]
      const { producerId } = producer
      for (const [epoch, version] of [
        [0, 5],
        [0, 5],
        [1, 5],
        [0, 5],
        [0, 3],
        [7, 5],
      ] as const) {
        answers.push(await producer.init({ producerId, producerEpoch: epoch, version }))
      }
      const stranger = { producerId: producerId + 1_000_000n, producerEpoch: 2 }
      answers.push(await producer.init(stranger), await producer.init({ ...stranger, version: 3 }))
      answers.push(await producer.init(), await producer.init({ producerId, producerEpoch: 2 }))
      return [...answers, await producer.init({ producerId, producerEpoch: 3 })]
    },
  },
  {
    title: 'InitProducerId with time-outs and ids that are none',
    run: async (side) => {
      const producer = await producerOn(side)
      const answers = []
      for (const timeoutMs of [900_000, 900_001, 1, 0, -1])
        answers.push(await producer.init({ timeoutMs }))
      answers.push(await producer.init({ transactionalId: '' }))
      answers.push(await producer.init({ transactionalId: '', timeoutMs: 0 }))
      answers.push(await producer.init({ producerId: 3n }))
      return [...answers, await producer.init({ producerEpoch: 3 })]
    },
  },
  {
    title: 'requests of a producer that was fenced by the next',
    run: async (side) => {
      const producer = await producerOn(side)
      await producer.init()
      await producer.add()
      await producer.produce(0)
      const next = await producerOn(side)
      const answers = [await next.init(), await next.initUntilDone()]
      await quiet(side)
      for (const version of [10, 11, 12]) answers.push(await producer.produce(1, { version }))
      for (const version of [0, 1, 2, 3]) answers.push(await producer.add([0], { version }))
      for (const version of [0, 1, 2, 3, 4, 5]) answers.push(await producer.end(true, { version }))
      for (const version of [1, 2, 4]) answers.push(await producer.addOffsets('g', { version }))
      for (const version of [2, 3, 4, 5])
        answers.push(await producer.commitOffsets('g', 1n, { version }))
      for (const version of [3, 4]) {
        answers.push(
          await producer.init({ producerId: producer.producerId, producerEpoch: 0, version }),
        )
      }
      return answers
    },
  },
  {
    title: 'InitProducerId of the same producer with its transaction open',
    run: async (side) => {
      const producer = await producerOn(side)
      await producer.init()
      await producer.add()
      await producer.produce(0)
      const mine = { producerId: producer.producerId, producerEpoch: 0 }
      const answers = [await producer.init(mine)]
      answers.push(await producer.initUntilDone(mine))
      return [...answers, await producer.add(), await producer.produce(0), await producer.end(true)]
    },
  },
  {
    title: 'DescribeTransactions of an id before, in and after its transactions',
    run: async (side) => {
      const producer = await producerOn(side)
      const answers = [await producer.describe()]
      await producer.init({ timeoutMs: 50_000 })
      answers.push(await producer.describe())
      await producer.add([1, 0])
      answers.push(await producer.describe())
      for (const [committed, sequence] of [
        [true, 0],
        [false, 1],
      ] as const) {
        await producer.add([0])
        await producer.produce(sequence)
        await producer.end(committed)
        await ended(() => producer.end(committed))
        await quiet(side)
        answers.push(await producer.describe())
      }
      await producer.add([0])
      const next = await producerOn(side)
      await next.init()
      await next.initUntilDone()
      return [...answers, await next.describe()]
    },
  },
  {
    title: 'identities that the coordinator does not know',
    run: async (side) => {
      const producer = await producerOn(side)
      await producer.init()
      const strangers = [
        { producerId: producer.producerId + 1_000_000n },
        { producerEpoch: 1 },
        { transactionalId: 'nobody' },
        { transactionalId: '' },
      ]
      const answers = []
      for (const stranger of strangers) {
        answers.push(await producer.add([0], stranger))
        for (const version of [1, 4, 5])
          answers.push(await producer.end(true, { version, ...stranger }))
        answers.push(await producer.addOffsets('g', stranger))
        for (const version of [3, 4, 5]) {
          answers.push(await producer.commitOffsets('g', 1n, { version, ...stranger }))
        }
        for (const version of [10, 11, 12])
          answers.push(await producer.produce(0, { version, ...stranger }))
      }
      return answers
    },
  },
]
