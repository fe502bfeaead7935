import {
  apiVersionsApi,
  errorCodeOf,
  fetchApi,
  initProducerIdApi,
  listOffsetsApi,
  metadataApi,
} from '@sluice/protocol'
import { batchOf, firstTimestamp } from '../batches.js'
import type { Script } from './script.js'
import { closed, type Side } from './side.js'

const unknownId = '01234567-89ab-cdef-0123-456789abcdef'

async function listOffset(
  side: Side,
  timestamp: bigint,
  { epoch = -1, version = 11, partition = 0, topic = side.topic } = {},
): Promise<unknown> {
  const partitions = [{ partitionIndex: partition, currentLeaderEpoch: epoch, timestamp }]
  const query = { replicaId: -1, timeoutMs: 1000, topics: [{ name: topic, partitions }] }
  const answer = await side.ask(listOffsetsApi, version, query)
  if (answer === closed) return closed
  const found = answer.topics[0]!.partitions[0]!
  return [errorCodeOf(found.errorCode), found.offset, found.timestamp, found.leaderEpoch]
}

async function fetchFrom(
  side: Side,
  fetchOffset: bigint,
  { epoch = -1, partition = 0, topic = side.topic, sessionId = 0, sessionEpoch = -1 } = {},
): Promise<unknown> {
  const partitionMaxBytes = 1_000_000
  const partitions = [{ partition, fetchOffset, currentLeaderEpoch: epoch, partitionMaxBytes }]
  const limits = { maxWaitMs: 0, minBytes: 0, maxBytes: 1_000_000, sessionId, sessionEpoch }
  const answer = await side.ask(fetchApi, 12, { ...limits, topics: [{ topic, partitions }] })
  if (answer === closed) return closed
  return [
    errorCodeOf(answer.errorCode),
    answer.responses.flatMap((each) =>
      each.partitions.map((one) => [
        errorCodeOf(one.errorCode),
        one.highWatermark,
        one.lastStableOffset,
        one.logStartOffset,
        Buffer.concat(one.records ?? []).toString('hex'),
      ]),
    ),
  ]
}

async function metadataError(side: Side, version: number, topic: object): Promise<unknown> {
  const body = { topics: [topic as { name: string }], allowAutoTopicCreation: false }
  const answer = await side.ask(metadataApi, version, body)
  if (answer === closed) return closed
  return answer.topics.map(({ errorCode, name, partitions }) => [
    name === side.topic || name,
    errorCodeOf(errorCode),
    partitions.length,
  ])
}

async function initProducerId(side: Side, version: number, body: object): Promise<unknown> {
  const common = { transactionalId: null, transactionTimeoutMs: 1000 }
  const answer = await side.ask(initProducerIdApi, version, { ...common, ...body })
  if (answer === closed) return closed
  // A Kafka that has just started has no ids to give yet.
  const early = errorCodeOf(answer.errorCode) === 'COORDINATOR_LOAD_IN_PROGRESS'
  if (early) return initProducerId(side, version, body)
  return [errorCodeOf(answer.errorCode), answer.producerId >= 0n, answer.producerEpoch]
}

/** What the requests say that a client finds its way by. */
export const lookupScripts: Script[] = [
  {
    title: 'offsets by time, and for the times that are none',
    run: async (side) => {
      for (const step of [1, 3, 2]) {
        await side.produce(await batchOf([{ value: 'a', timestamp: firstTimestamp + step }]))
      }
      const times = [-1, -2, -3, -4, -5, -6, -7].map(BigInt)
      for (const step of [0, 1, 2, 3, 4]) times.push(BigInt(firstTimestamp + step))
      const answers = []
      for (const time of times) answers.push(await listOffset(side, time))
      for (const version of [1, 4, 6, 7, 8]) {
        answers.push(await listOffset(side, -1n, { version }))
        answers.push(await listOffset(side, -3n, { version }))
      }
      return answers
    },
  },
  {
    title: 'offsets of what is not there, or of another leader epoch',
    run: async (side) => [
      await listOffset(side, -1n, { epoch: 0 }),
      await listOffset(side, -1n, { epoch: 5 }),
      await listOffset(side, -1n, { partition: 3 }),
      await listOffset(side, -1n, { topic: 'unknown' }),
    ],
  },
  {
    title: 'a Fetch at, before and behind the end, and from elsewhere',
    run: async (side) => {
      await side.produce(await batchOf([{ value: 'a' }, { value: 'b' }]))
      await side.produce(await batchOf([{ value: 'c' }]))
      const answers = []
      for (const offset of [0n, 1n, 2n, 3n, 4n, -1n]) answers.push(await fetchFrom(side, offset))
      answers.push(await fetchFrom(side, 0n, { epoch: 5 }))
      answers.push(await fetchFrom(side, 0n, { partition: 3 }))
      answers.push(await fetchFrom(side, 0n, { topic: 'unknown' }))
      answers.push(await fetchFrom(side, 0n, { sessionId: 77 }))
      answers.push(await fetchFrom(side, 0n, { sessionId: 77, sessionEpoch: 1 }))
      return answers
    },
  },
  {
    title: 'a Fetch behind deleted records',
    run: async (side) => {
      for (const value of ['a', 'b', 'c']) await side.produce(await batchOf([{ value }]))
      await side.deleteRecords(2n)
      return [
        await fetchFrom(side, 1n),
        await fetchFrom(side, 2n),
        await listOffset(side, -2n),
        await listOffset(side, 0n),
        await side.produce(await batchOf([{ value: 'd' }])),
      ]
    },
  },
  {
    title: 'metadata of topics that are there or not',
    run: async (side) => [
      await metadataError(side, 12, { name: side.topic }),
      await metadataError(side, 12, { name: 'unknown' }),
      await metadataError(side, 12, { name: '' }),
      await metadataError(side, 12, { name: '..' }),
      await metadataError(side, 12, { name: 'two words' }),
      await metadataError(side, 12, { name: 'x'.repeat(250) }),
      await metadataError(side, 12, { name: null, topicId: await side.topicId() }),
      await metadataError(side, 12, { name: null, topicId: unknownId }),
      await metadataError(side, 13, { name: 'unknown' }),
      await metadataError(side, 10, { name: side.topic, topicId: unknownId }),
      await metadataError(side, 4, { name: 'unknown' }),
    ],
  },
  {
    title: 'metadata of neither a name nor an id',
    run: (side) => metadataError(side, 12, { name: null }),
  },
  {
    title: 'producer ids',
    run: async (side) => [
      await initProducerId(side, 0, {}),
      await initProducerId(side, 5, {}),
      await initProducerId(side, 5, { producerId: 5n, producerEpoch: 3 }),
      await initProducerId(side, 5, { producerId: 5n }),
      await initProducerId(side, 5, { producerEpoch: 3 }),
    ],
  },
  {
    title: 'software with and without a name, and a version that is not spoken',
    run: async (side) => {
      const names = ['sluice', '', '-x', 'two words']
      const answers = []
      for (const clientSoftwareName of names) {
        const body = { clientSoftwareName, clientSoftwareVersion: '1.0' }
        const answer = await side.ask(apiVersionsApi, 3, body)
        answers.push(answer === closed ? closed : errorCodeOf(answer.errorCode))
      }
      return answers
    },
  },
]
