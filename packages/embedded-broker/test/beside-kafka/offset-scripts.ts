import { errorCodeOf, offsetFetchApi } from '@sluice/protocol'
import type { Script } from './script.js'
import type { Side } from './side.js'
import { ended, producerOn } from './transactions.js'

/** The offsets of a group, by version: of all partitions, or of the first two of the script's topic. */
async function read(
  side: Side,
  groupId: string,
  { all = false, requireStable = false, version = 9 } = {},
): Promise<unknown> {
  const name = side.topic
  const topicId = version < 10 ? {} : { topicId: await side.topicId() }
  const topics = all ? null : [{ name, ...topicId, partitionIndexes: [0, 1] }]
  const groups = [{ groupId, memberId: null, topics: topics as [] | null }]
  const body = version < 8 ? { groupId, topics: topics as [] | null } : { groups }
  const answer = await side.ask(offsetFetchApi, version, { ...body, requireStable })
  if (typeof answer === 'string') return answer
  const group = version < 8 ? answer : answer.groups[0]!
  return [
    errorCodeOf(group.errorCode),
    group.topics.flatMap(({ partitions }) =>
      partitions
        .toSorted((one, other) => one.partitionIndex - other.partitionIndex)
        .map((one) => [
          one.partitionIndex,
          one.committedOffset,
          one.committedLeaderEpoch,
          one.metadata,
          errorCodeOf(one.errorCode),
        ]),
    ),
  ]
}

/** Offsets of groups that are committed with a transaction. */
export const offsetScripts: Script[] = [
  {
    title: 'offsets of a group, before its transaction is committed and afterwards',
    run: async (side) => {
      const producer = await producerOn(side)
      const group = `group-${side.topic}`
      await producer.init()
      const answers = [await read(side, group), await read(side, group, { all: true })]
      await producer.addOffsets(group)
      await producer.commitOffsets(group, 7n, { metadata: 'seven' })
      answers.push(await read(side, group), await read(side, group, { requireStable: true }))
      answers.push(await read(side, group, { all: true }))
      answers.push(await read(side, group, { all: true, requireStable: true }))
      await producer.end(true)
      await ended(() => producer.end(true))
      for (const version of [1, 2, 5, 7, 8, 9, 10])
        answers.push(await read(side, group, { version }))
      for (const version of [2, 8, 10])
        answers.push(await read(side, group, { all: true, version }))
      await producer.addOffsets(group)
      await producer.commitOffsets(group, 9n)
      answers.push(await read(side, group, { requireStable: true }))
      await producer.end(false)
      await ended(() => producer.end(false))
      return [...answers, await read(side, group, { requireStable: true })]
    },
  },
  {
    title: 'offsets in a transaction',
    run: async (side) => {
      const producer = await producerOn(side)
      const group = `group-${side.topic}`
      await producer.init()
      const answers = []
      for (const version of [0, 3, 4])
        answers.push(await producer.commitOffsets(group, 1n, { version }))
      answers.push(await producer.addOffsets(group), await producer.commitOffsets(group, 1n))
      answers.push(await producer.commitOffsets(group, 2n, { partitions: [0, 1] }))
      answers.push(await producer.commitOffsets(group, 2n, { topic: 'nowhere' }))
      answers.push(await producer.commitOffsets(group, 3n, { metadata: 'x'.repeat(4096) }))
      answers.push(await producer.commitOffsets(group, 3n, { metadata: 'x'.repeat(4097) }))
      answers.push(await producer.commitOffsets('', 3n))
      answers.push(await producer.end(true), await ended(() => producer.end(true)))
      answers.push(
        await producer.commitOffsets(group, 5n),
        await producer.commitOffsets(group, 5n, { version: 5 }),
      )
      answers.push(await producer.end(false, { version: 5 }))
      return [...answers, await ended(() => producer.commitOffsets(group, 6n, { version: 5 }))]
    },
  },
  {
    title: 'offsets of consumers that are not in the group',
    run: async (side) => {
      const producer = await producerOn(side)
      const group = `group-${side.topic}`
      const unknown = `unknown-${side.topic}`
      await producer.init()
      const commit = (groupId: string, who: object) =>
        producer.commitOffsets(groupId, 1n, { version: 5, ...who })
      return [
        await commit(unknown, { generationId: 5, memberId: 'm' }),
        await commit(unknown, { generationId: 0 }),
        await commit(group, {}),
        await commit(group, { generationId: 5, memberId: 'm' }),
        await commit(group, { generationId: 0, memberId: 'm' }),
        await commit(group, { generationId: 0 }),
        await commit(group, { memberId: 'm' }),
        await commit(group, { memberId: 'm', groupInstanceId: 'i' }),
        await commit(group, { generationId: 0, memberId: 'm', groupInstanceId: 'i' }),
        await commit(group, { groupInstanceId: 'i' }),
      ]
    },
  },
]
