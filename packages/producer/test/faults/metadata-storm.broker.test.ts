import type { EmbeddedCluster } from '@sluice/embedded-broker'
import { expect, test } from 'vitest'
import { expectClean, faultyCluster } from './faulty-cluster.js'
import { manualClock } from './manual-clock.js'

const partitions = 10_000
const rounds = 5
/** Partitions that are sent to each second. */
const busy = 312

function requestCount({ brokers }: EmbeddedCluster, api: string): number {
  return brokers.reduce((sum, broker) => sum + broker.requestCount(api), 0)
}

function moveAll(cluster: EmbeddedCluster, round: number): void {
  for (let partition = 0; partition < partitions; partition++)
    cluster.moveLeader('t', partition, (partition + round) % 3)
}

test.each([
  ['name the new leaders as they refuse', 13],
  ['only refuse', 9],
])(
  'F45: ten thousand leaders that move each second cost a few requests, where brokers %s',
  async (_, produceVersion) => {
    const clock = manualClock()
    await using faulty = await faultyCluster({ brokers: 3, partitions, create: clock.create })
    const { cluster } = faulty
    for (const broker of cluster.brokers) broker.capVersions({ Produce: produceVersion })
    let asking = 0
    let mostAtOnce = 0
    cluster.intercept('Metadata', async ({ serve }) => {
      mostAtOnce = Math.max(mostAtOnce, ++asking)
      const answer = await serve()
      asking--
      return answer
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
      await clock.passDuring(sendToBusy(`round ${round}`))
      await clock.pass(Math.max(0, since + 1_000 - clock.now()), 50)
    }
    expectClean(faulty)
    expect(refusals).toBe(rounds * busy)
    // One question a second is enough for all that was refused; a second where a broker is slower than the others.
    expect(mostAtOnce).toBe(1)
    expect(requestCount(cluster, 'Metadata')).toBeLessThanOrEqual(1 + 2 * rounds)
    // One request to each broker, and one again; a few more where they do not answer together.
    expect(requestCount(cluster, 'Produce')).toBeLessThanOrEqual(3 + 12 * rounds)
    expect(cluster.brokers.map(({ acceptedConnections }) => acceptedConnections)).toEqual([1, 1, 1])
  },
)
