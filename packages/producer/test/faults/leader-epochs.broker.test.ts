import type { EmbeddedCluster } from '@sluice/embedded-broker'
import { expect, test } from 'vitest'
import { expectClean, faultyCluster, values } from './faulty-cluster.js'

/** No test waits for a long back-off. */
const prompt = { retryBackoffMs: 5, retryBackoffMaxMs: 20 }

/** The epoch of the one partition becomes 5, and broker `leader` leads it. */
function raiseEpoch(cluster: EmbeddedCluster, leader: 0 | 1): void {
  for (let epoch = 1; epoch <= 5; epoch++)
    cluster.moveLeader('t', 0, epoch % 2 === 1 ? leader : 1 - leader)
  expect(cluster.topic('t')!.partitions[0]).toMatchObject({ leader, leaderEpoch: 5 })
}

test.each([0, 1] as const)(
  'F16: a topic that is deleted and created again without topic ids while the producer is idle gets what is sent afterwards (old leader %i)',
  async (leader) => {
    await using faulty = await faultyCluster({ brokers: 2, ...prompt })
    const { cluster } = faulty
    for (const broker of cluster.brokers) broker.capVersions({ Produce: 8, Metadata: 9 })
    raiseEpoch(cluster, leader)
    await faulty.send(0, 'old')
    cluster.deleteTopic('t')
    cluster.createTopic('t', { partitions: 1 })
    expect(cluster.topic('t')!.partitions[0]).toMatchObject({ leader: 0, leaderEpoch: 0 })
    await faulty.send(0, ...values(10))
    expect(cluster.records('t').map(({ value }) => String(value))).toEqual(values(10))
    // The leader that is believed now has a future, too.
    cluster.moveLeader('t', 0, 1)
    await faulty.send(0, 'moved')
  },
)

test.each([1, 3])(
  'F14: a hint with too high an epoch stops a partition for the time of a few refusals only (a cluster of %i more brokers)',
  async (others) => {
    await using faulty = await faultyCluster({ brokers: 1 + others, ...prompt })
    const { cluster } = faulty
    await faulty.send(0, 'a')
    const misled = { times: 1 }
    cluster.intercept(
      'Produce',
      async (call) => {
        const answer = await call.serve()
        if (answer === null || answer === undefined) return answer
        const responses = answer.responses.map((topic) => ({
          ...topic,
          partitionResponses: topic.partitionResponses.map((one) => ({
            ...one,
            errorCode: 6,
            baseOffset: -1n,
            currentLeader: { leaderId: 1, leaderEpoch: 1_000 },
          })),
        }))
        return { ...answer, responses }
      },
      misled,
    )
    await faulty.send(0, ...values(10))
    cluster.moveLeader('t', 0, 1)
    await faulty.send(0, ...values(10, 'moved-'))
    expectClean(faulty)
  },
)

test.each([0, 1])(
  'F14: a metadata answer with too high an epoch stops a partition for the time of a few refusals only (leader %i is named)',
  async (leaderId) => {
    await using faulty = await faultyCluster({ brokers: 2, ...prompt })
    const { cluster } = faulty
    const remove = cluster.intercept('Metadata', async ({ serve }) => {
      const answer = await serve()
      if (!answer || answer.topics.length === 0) return answer
      remove()
      const topics = answer.topics.map((topic) => ({
        ...topic,
        partitions: topic.partitions.map((one) => ({ ...one, leaderId, leaderEpoch: 1_000 })),
      }))
      return { ...answer, topics }
    })
    await faulty.send(0, ...values(10))
    cluster.moveLeader('t', 0, 1 - leaderId)
    await faulty.send(0, ...values(10, 'moved-'))
    expectClean(faulty)
  },
)
