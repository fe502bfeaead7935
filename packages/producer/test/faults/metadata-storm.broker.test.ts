import type { EmbeddedAnswer, EmbeddedCluster } from '@sluice/embedded-broker'
import { expect, test } from 'vitest'
import { expectClean, faultyCluster } from './faulty-cluster.js'
import { producerClock } from './producer-clock.js'

const partitions = 10_000
/** Partitions that are sent to each second. */
const busy = 312

function requestCount({ brokers }: EmbeddedCluster, api: string): number {
  return brokers.reduce((sum, broker) => sum + broker.requestCount(api), 0)
}

function moveAll(cluster: EmbeddedCluster, round: number): void {
  for (let partition = 0; partition < partitions; partition++)
    cluster.moveLeader('t', partition, (partition + round) % 3)
}

interface Storm {
  readonly rounds: number
  /** The version of Produce; from 10 on a refusal names the new leader. */
  readonly produce: number
  /** How long metadata tells of the old leaders. */
  readonly lagMs: number
  /** The most questions for metadata a round. */
  readonly questions: number
}

const storms: [string, Storm][] = [
  ['name the new leaders as they refuse', { rounds: 3, produce: 13, lagMs: 0, questions: 2 }],
  ['only refuse', { rounds: 3, produce: 9, lagMs: 0, questions: 2 }],
  // Each answer that brings nothing new doubles the pause before the next question.
  ['learn of the new leaders late themselves', { rounds: 2, produce: 9, lagMs: 500, questions: 8 }],
]

test.each(storms)(
  'F45: ten thousand leaders that move each second cost a few requests, where brokers %s',
  // Much work, no waiting: only what hangs takes so long.
  { timeout: 300_000 },
  async (_, { rounds, produce, lagMs, questions }) => {
    const clock = producerClock()
    await using faulty = await faultyCluster({ brokers: 3, partitions, create: clock.create })
    const { cluster } = faulty
    for (const broker of cluster.brokers) broker.capVersions({ Produce: produce })
    let asking = 0
    let mostAtOnce = 0
    let lagsUntil = -Infinity
    let told: EmbeddedAnswer<'Metadata'> | null = null
    cluster.intercept('Metadata', async ({ serve }) => {
      mostAtOnce = Math.max(mostAtOnce, ++asking)
      const answer = await serve()
      asking--
      if (clock.now() >= lagsUntil) told = answer
      return told
    })
    let refusals = 0
    cluster.intercept('Produce', async ({ serve }) => {
      const answer = await serve()
      for (const { partitionResponses } of answer!.responses)
        refusals += partitionResponses.filter(({ errorCode }) => errorCode === 6).length
      return answer
    })
    const sendToBusy = async (text: string): Promise<void> => {
      const step = Math.floor(partitions / busy)
      await Promise.all(Array.from({ length: busy }, (__, n) => faulty.send(n * step, text)))
    }
    await clock.passDuring(sendToBusy('first'))
    expect([requestCount(cluster, 'Metadata'), requestCount(cluster, 'Produce')]).toEqual([1, 3])
    for (let round = 1; round <= rounds; round++) {
      const since = clock.now()
      moveAll(cluster, round)
      lagsUntil = since + lagMs
      await clock.passDuring(sendToBusy(`round ${round}`))
      await clock.pass(Math.max(0, since + 1_000 - clock.now()), 50)
    }
    expectClean(faulty)
    expect(refusals).toBeGreaterThanOrEqual(rounds * busy)
    // One question is enough for all that was refused; a second where a broker is slower than the others.
    expect(mostAtOnce).toBe(1)
    expect(requestCount(cluster, 'Metadata')).toBeLessThanOrEqual(1 + questions * rounds)
    // One request to each broker, and one again; a few more where they do not answer together.
    if (lagMs === 0) expect(requestCount(cluster, 'Produce')).toBeLessThanOrEqual(3 + 12 * rounds)
    expect(cluster.brokers.map(({ acceptedConnections }) => acceptedConnections)).toEqual([1, 1, 1])
  },
)
