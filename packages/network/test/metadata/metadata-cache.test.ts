import { zeroUuid } from '@sluice/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MetadataCache } from '../../src/metadata/metadata-cache.js'
import type { TopicAnswer } from '../../src/metadata/metadata-response.js'
import { topicAnswer } from './topic-answer.js'

const id = '00000000-0000-0000-0000-000000000001'
const otherId = '00000000-0000-0000-0000-000000000002'

const absent: TopicAnswer = { ...topicAnswer(zeroUuid), errorCode: 3 }

function cache(...answers: readonly TopicAnswer[]): MetadataCache {
  const made = new MetadataCache()
  for (const one of answers) made.applyTopic('t', one, 12)
  return made
}

test('the epoch of a partition never goes back, whatever order answers come in', () => {
  const answers = fc.array(fc.tuple(fc.nat(5), fc.nat(10)), { minLength: 1 })
  fc.assert(
    fc.property(answers, (entries) => {
      const made = new MetadataCache()
      let highest = -1
      for (const [leader, epoch] of entries) {
        made.applyTopic('t', topicAnswer(id, [leader, epoch]), 12)
        highest = Math.max(highest, epoch)
        expect(made.leader('t', 0)!.epoch).toBe(highest)
      }
    }),
  )
})

test('the leader of a stale answer is not taken either, but other partitions are', () => {
  const made = cache(topicAnswer(id, [1, 5], [1, 5]), topicAnswer(id, [2, 4], [3, 6]))
  expect(made.leader('t', 0)).toEqual({ node: 1, epoch: 5 })
  expect(made.leader('t', 1)).toEqual({ node: 3, epoch: 6 })
})

test('a topic created again under another id starts over', () => {
  const made = cache(topicAnswer(id, [1, 5], [1, 5]), topicAnswer(otherId, [2, 0]))
  expect(made.topic('t')).toMatchObject({
    id: otherId,
    partitions: [{ leader: 2, leaderEpoch: 0 }],
  })
})

test('without ids an epoch may fall only after the topic was absent', () => {
  expect(
    cache(topicAnswer(zeroUuid, [1, 5]), topicAnswer(zeroUuid, [2, 0])).leader('t', 0),
  ).toEqual({
    node: 1,
    epoch: 5,
  })
  expect(
    cache(topicAnswer(zeroUuid, [1, 5]), absent, topicAnswer(zeroUuid, [2, 0])).leader('t', 0),
  ).toEqual({
    node: 2,
    epoch: 0,
  })
})

test('with ids absence is no reason for an epoch to fall', () => {
  expect(cache(topicAnswer(id, [1, 5]), absent, topicAnswer(id, [2, 0])).leader('t', 0)).toEqual({
    node: 1,
    epoch: 5,
  })
})

test('absence counts until the topic is back, not longer', () => {
  const made = cache(
    topicAnswer(zeroUuid, [1, 5]),
    absent,
    topicAnswer(zeroUuid, [1, 5]),
    topicAnswer(zeroUuid, [2, 0]),
  )
  expect(made.leader('t', 0)).toEqual({ node: 1, epoch: 5 })
})

test('with ids, too, absence is over once the topic is back as it was', () => {
  const made = cache(
    topicAnswer(id, [1, 5]),
    absent,
    topicAnswer(id, [1, 5]),
    topicAnswer(zeroUuid, [2, 6]),
  )
  expect(made.topic('t')!.id).toBe(id)
})

test('an answer with fewer partitions of the same topic lags behind', () => {
  const made = cache(topicAnswer(id, [1, 5], [2, 5]), topicAnswer(id, [3, 6]))
  expect(made.topic('t')!.partitions.map(({ leader }) => leader)).toEqual([3, 2])
})

test('without ids fewer partitions mean another topic', () => {
  const made = cache(topicAnswer(zeroUuid, [1, 5], [2, 5]), topicAnswer(zeroUuid, [3, 0]))
  expect(made.topic('t')!.partitions.map(({ leader }) => leader)).toEqual([3])
})

test('a broker too old for ids does not erase what a newer one said', () => {
  const made = cache(topicAnswer(id, [1, 5]), topicAnswer(zeroUuid, [2, 6]))
  expect(made.topic('t')!.id).toBe(id)
  expect(made.leader('t', 0)).toEqual({ node: 2, epoch: 6 })
})

test('a broker too old for epochs to be relied on is believed', () => {
  const made = cache(topicAnswer(id, [1, 5]))
  made.applyTopic('t', topicAnswer(zeroUuid, [2, 3]), 8)
  expect(made.leader('t', 0)).toEqual({ node: 2, epoch: -1 })
})

test('partitions may come in any order', () => {
  const given = topicAnswer(id, [1, 0], [2, 0], [3, 0])
  const made = cache({ ...given, partitions: given.partitions.toReversed() })
  expect([0, 1, 2].map((partition) => made.leader('t', partition)!.node)).toEqual([1, 2, 3])
})

test.each([
  ['a hole', [0, 2]],
  ['one twice', [0, 0]],
  ['a huge index', [2_147_483_647]],
  ['a negative index', [-1]],
  ['none', []],
])('an answer with %s among the partitions is not taken', (_, indexes) => {
  const given = topicAnswer(id, ...indexes.map(() => [1, 0] as const))
  const partitions = given.partitions.map((partition, at) => ({
    ...partition,
    partitionIndex: indexes[at]!,
  }))
  const made = new MetadataCache()
  expect(made.applyTopic('t', { ...given, partitions }, 12)).toBe('UNKNOWN_TOPIC_OR_PARTITION')
  expect(made.topic('t')).toBeUndefined()
  expect(made.version).toBe(0)
})

test('what changes nothing changes no version', () => {
  const made = cache(topicAnswer(id, [1, 5], [-1, 2]))
  const { version } = made
  const topic = made.topic('t')
  expect(made.applyTopic('t', topicAnswer(id, [1, 5], [-1, 2]), 12)).toBe('LEADER_NOT_AVAILABLE')
  expect(made.version).toBe(version)
  expect(made.topic('t')).toBe(topic)
  made.applyTopic('t', topicAnswer(id, [1, 5], [2, 3]), 12)
  expect(made.version).toBe(version + 1)
})

const brokers = (...racks: (string | null)[]): Parameters<MetadataCache['applyRacks']>[0] =>
  racks.map((rack, nodeId) => ({ nodeId, host: `broker-${nodeId}`, port: 9092, rack }))

const racksOf = (made: MetadataCache): unknown[] =>
  made.topic('t')!.partitions.map(({ leaderRack }) => leaderRack)

test('a partition is in the rack of its leader, where it has one', () => {
  const made = new MetadataCache()
  made.applyRacks(brokers('a', 'b', null))
  made.applyTopic('t', topicAnswer(id, [0, 0], [1, 0], [2, 0], [-1, 0], [7, 0]), 12)
  expect(racksOf(made)).toEqual(['a', 'b', undefined, undefined, undefined])
})

test('a leader that moves takes its partition to its own rack', () => {
  const made = new MetadataCache()
  made.applyRacks(brokers('a', 'b'))
  made.applyTopic('t', topicAnswer(id, [0, 0], [0, 0], [0, 0]), 12)
  made.applyLeader({ topic: 't', partition: 0, leader: 1, epoch: 1 })
  const endpoint = { host: 'broker-7', port: 9092, rack: 'c' }
  made.applyLeader({ topic: 't', partition: 1, leader: 7, epoch: 1, endpoint })
  made.applyLeader({ topic: 't', partition: 2, leader: 8, epoch: 1 })
  expect(racksOf(made)).toEqual(['b', 'c', undefined])
})

test('a broker that moves to another rack is news', () => {
  const made = new MetadataCache()
  made.applyRacks(brokers('a'))
  made.applyTopic('t', topicAnswer(id, [0, 0]), 12)
  const { version } = made
  made.applyRacks(brokers('b'))
  made.applyTopic('t', topicAnswer(id, [0, 0]), 12)
  expect(racksOf(made)).toEqual(['b'])
  expect(made.version).toBe(version + 1)
})
