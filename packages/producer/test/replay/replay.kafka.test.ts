import { isExternal, type KafkaCluster, readWithJava, startKafka } from '@sluice/test-kafka'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findings } from '../../../../test/random-faults/log-findings.js'
import { type Scenario, scenario } from '../../../../test/random-faults/scenario.js'
import { seededRuns } from '../../../../test/random-faults/seeded-runs.js'
import { type Replayed, replay } from './replay.js'
import { emptyTally } from './tally.js'

const runs = seededRuns(32)
const atOnce = 16
const scenariosPerTopic = 100
const tally = emptyTally()

let kafka: KafkaCluster
beforeAll(async () => {
  kafka = await startKafka({ brokers: 3 })
})
afterAll(() => kafka.stop())

test(
  "the scenarios of the sender's property test hold on a real Kafka",
  async ({ skip }) => {
    if (isExternal(kafka)) skip('its brokers are not known')
    const scenarios = fc.sample(scenario, runs)
    const found: string[] = []
    for (let first = 0; first < scenarios.length; first += scenariosPerTopic)
      found.push(...(await judge(first, scenarios.slice(first, first + scenariosPerTopic))))
    console.log(tally)
    expect(found.join('\n')).toBe('')
    expect(tally.faults + tally.cuts, 'something has happened').toBeGreaterThan(0)
  },
  60_000 + runs.numRuns * 5_000,
)

/** Replays them, and tells of those after which something is wrong. */
async function judge(first: number, scenarios: readonly Scenario[]): Promise<string[]> {
  const topic = `replay-${first}`
  const replayed = await replayAll(topic, scenarios)
  const logs = await logsOf(topic, scenarios.length)
  return replayed.flatMap(({ violations, sent }, index) => {
    const ofScenario = logs.slice(2 * index, 2 * index + 2).map((log) => [log])
    const wrong = [...violations, ...findings(ofScenario, sent)]
    if (wrong.length === 0) return []
    const title = `scenario ${first + index} from seed ${runs.seed}:`
    return [[title, ...scenarios[index]!.steps, ...wrong].join('\n  ')]
  })
}

/** Each in two partitions of its own. */
async function replayAll(topic: string, scenarios: readonly Scenario[]): Promise<Replayed[]> {
  const leaderFirst = [
    [1, 2],
    [2, 1],
  ]
  const replicas = scenarios.flatMap(() => leaderFirst)
  await kafka.createTopic(topic, replicas.length, { replicas })
  const replayed: Replayed[] = []
  const left = scenarios.entries()
  const worker = async (): Promise<void> => {
    for (const [index, one] of left)
      replayed[index] = await replay(kafka, { topic, firstPartition: 2 * index }, one, tally)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return replayed
}

/** The values in each partition, by offset. */
async function logsOf(topic: string, scenarios: number): Promise<string[][]> {
  const logs: string[][] = Array.from({ length: 2 * scenarios }, () => [])
  for (const { partition, offset, value } of await readWithJava(kafka.bootstrapServers, topic))
    logs[partition]![Number(offset)] = String(value)
  return logs
}
