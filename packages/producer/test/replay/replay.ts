import type { KafkaCluster } from '@sluice/test-kafka'
import type { ToldRecord } from '../../../../test/random-faults/log-findings.js'
import { firstLeaders, type Scenario } from '../../../../test/random-faults/scenario.js'
import { RealCluster } from './real-cluster.js'
import type { Place } from './sent-records.js'
import type { Tally } from './tally.js'

/** What came of a scenario, but for the log. */
export interface Replayed {
  readonly sent: readonly ToldRecord[]
  readonly violations: readonly string[]
}

/** Carries out one scenario on partitions of its own. The clock is the real one: what happens may differ in each run, what must hold does not. */
export async function replay(
  kafka: KafkaCluster,
  place: Place,
  { steps, closesEarly }: Scenario,
  tally: Tally,
): Promise<Replayed> {
  await using cluster = await RealCluster.join(kafka, place, tally)
  const { records } = cluster
  await records.producer.partitionsFor(place.topic)
  for (const run of steps) await run(cluster)
  const closing = closesEarly ? records.producer.close() : undefined
  await cluster.heal()
  await records.settled()
  await closing
  if (!closesEarly) await goOn(cluster)
  return { sent: records.all, violations: cluster.violations }
}

/** All is well again: what is sent now arrives, sooner or later. */
async function goOn({ records }: RealCluster): Promise<void> {
  for (;;) {
    const sent = [...firstLeaders.keys()].flatMap((partition) => records.send(partition, 3))
    await records.settled()
    if (sent.every(({ error }) => error === null)) return
  }
}
