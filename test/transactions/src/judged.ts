import { allInSync, type KafkaBroker } from '@sluice/test-kafka'
import type { History } from './judge/history.js'
import { type Findings, VisibleCheck } from './judge/visible-check.js'
import type { Played, Scenario, Stage } from './scenario.js'

/** What came of one scenario. */
export interface Row extends Findings {
  readonly name: string
  readonly seconds: number
  readonly history: History
  readonly hanging: number
  readonly figures: readonly string[]
  readonly faults: readonly string[]
}

/** Transactions that the last producer has left open are aborted by the broker at the latest then. */
const mostHangingMs = 20_000

/** Plays a scenario, and compares what is visible, from the beginning, with what the producers were told. */
export async function playScenario(scenario: Scenario, stage: Stage): Promise<Row> {
  const startedAt = performance.now()
  const played = await playWhole(scenario, stage)
  const { kafka, topic, view } = stage
  await allInSync(kafka, topic)
  const hanging = await view.hanging(mostHangingMs)
  await view.open(topic)
  const check = new VisibleCheck(played.history)
  for (const { partition, value } of await view.more()) check.take(partition, value)
  const findings = check.conclude()
  const { visible: _, ...wrong } = findings
  const counted = Object.entries(wrong).filter(([, count]) => count > 0)
  return {
    ...findings,
    name: scenario.name,
    seconds: (performance.now() - startedAt) / 1_000,
    history: played.history,
    hanging: hanging.length,
    figures: played.figures,
    faults: [
      ...played.faults,
      ...hanging,
      ...counted.map(([what, count]) => `${count} ${what}`),
      ...(counted.length > 0 ? check.examples() : []),
    ],
  }
}

/** Brokers that a scenario has left down or paused go on, also where it has failed. */
async function playWhole(scenario: Scenario, stage: Stage): Promise<Played> {
  try {
    return await scenario.play(stage)
  } finally {
    await Promise.all(stage.kafka.brokers.map(restore))
  }
}

async function restore(broker: KafkaBroker): Promise<void> {
  if (broker.state === 'paused') broker.resume()
  if (broker.state === 'down') await broker.start()
}
