import { metadataApi, produceApi } from '@sluice/protocol'
import { answerBody, type AnswerFrame, rewritten } from '@sluice/test-fault-proxy'
import { expect, test } from 'vitest'
import { expectClean, faultyCluster, once, until, values } from './faulty-cluster.js'

test('F13: only the partition whose leader moved goes on at the new one, and in order', async () => {
  await using faulty = await faultyCluster({ brokers: 3, partitions: 3 })
  const { cluster } = faulty
  const load = async (partition: number): Promise<void> => {
    for (let round = 0; round < 40; round++) {
      await faulty.send(partition, ...values(5, `${round}-`))
      if (partition === 0 && round % 10 === 5) cluster.moveLeader('t', 0, (round % 3) + 0)
    }
  }
  await Promise.all([load(0), load(1), load(2)])
  expectClean(faulty)
  expect(faulty.proxies.map(({ accepted }) => accepted)).toEqual([1, 1, 1])
})

test('F13: a hint of the new leader is followed without metadata', async () => {
  await using faulty = await faultyCluster({ brokers: 2, partitions: 2 })
  await faulty.send(0, 'a')
  await faulty.send(1, 'a')
  for (const proxy of faulty.proxies)
    proxy.onRequest = ({ apiKey }) => (apiKey === metadataApi.key ? 'drop' : 'pass')
  faulty.cluster.moveLeader('t', 0, 1)
  await faulty.send(0, ...values(10))
  expectClean(faulty)
})

test('F13: an old leader that is silent loses its connection 2 s after the cluster names another; until then nothing goes there', async () => {
  // A line of a sender's thread may come later than the bytes that it sends next.
  await using faulty = await faultyCluster({ brokers: 2, partitions: 2, senderThread: false })
  const { cluster, proxies } = faulty
  const [old, other] = proxies
  await faulty.send(0, 'a')
  await faulty.send(1, 'a')
  old!.silence()
  const given = 'it said nothing for 2000 ms, and the cluster names a newer leader'
  const closedBefore: boolean[] = []
  other!.onRequest = ({ apiKey }) => {
    if (apiKey === produceApi.key) closedBefore.push(faulty.warnings.join().includes(given))
    return 'pass'
  }
  const sent = faulty.send(0, ...values(10))
  cluster.moveLeader('t', 0, 1)
  await sent
  expect(new Set(closedBefore)).toEqual(new Set([true]))
  expectClean(faulty)
})

test('F14: metadata of a broker that lags behind leads no partition back', async () => {
  await using faulty = await faultyCluster({ brokers: 2, partitions: 2 })
  await faulty.send(0, 'a')
  await faulty.send(1, 'a')
  let stale = 0
  for (const proxy of faulty.proxies) {
    proxy.onAnswer = (answer) => {
      if (answer.apiKey !== metadataApi.key) return 'pass'
      stale++
      const body = answerBody(metadataApi, answer)
      const topics = body.topics.map((topic) => ({
        ...topic,
        partitions: topic.partitions.map((one) => ({
          ...one,
          leaderId: one.partitionIndex,
          leaderEpoch: 0,
        })),
      }))
      return rewritten(metadataApi, answer, { ...body, topics })
    }
  }
  faulty.cluster.moveLeader('t', 0, 1)
  await faulty.send(0, 'b')
  const refused = faulty.cluster.brokers[0]!.requestCount('Produce')
  await until(() => stale > 0)
  for (let count = 0; count < 20; count++) await faulty.send(0, String(count))
  // Nothing more went to the old leader.
  expect(faulty.cluster.brokers[0]!.requestCount('Produce')).toBe(refused)
  expectClean(faulty)
})

test.each([
  ['FENCED_LEADER_EPOCH', 74],
  ['UNKNOWN_LEADER_EPOCH', 75],
])('F14: %s is a reason to ask again, not to fail', async (_, errorCode) => {
  await using faulty = await faultyCluster()
  await faulty.send(0, 'a')
  faulty.proxy.onAnswer = once(produceApi, (answer: AnswerFrame) => {
    const body = answerBody(produceApi, answer)
    const responses = body.responses.map((topic) => ({
      ...topic,
      partitionResponses: topic.partitionResponses.map((one) => ({
        ...one,
        errorCode,
        baseOffset: -1n,
      })),
    }))
    return rewritten(produceApi, answer, { ...body, responses })
  })
  await faulty.send(0, ...values(10))
  expectClean(faulty)
})
