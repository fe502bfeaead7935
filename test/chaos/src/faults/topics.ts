import { setTimeout as sleep } from 'node:timers/promises'
import {
  addPartitions,
  configureTopic,
  deleteTopic,
  runningBrokers,
  waitFor,
} from '@sluice/test-kafka'
import type { Fault } from '../fault.js'
import type { Stage } from '../stage.js'

const lowered = 4_000
const loweredMs = 8_000
const usual = 1_048_588

/** More partitions, twice. The client looks for them every second, not every five minutes. */
export const topicGrows: Fault = {
  name: 'topic-growth',
  producer: { metadataMaxAgeMs: 1_000 },
  judge: { keysMove: true },
  async strike({ kafka, topic, partitions, pulse }) {
    const recoveries: number[] = []
    for (const grown of [2 * partitions, 3 * partitions]) {
      await addPartitions(runningBrokers(kafka), topic, grown)
      recoveries.push(await pulse.everyPartition(grown))
      await sleep(2_000)
    }
    return Math.max(...recoveries)
  },
}

/** Deleted and created again while records are sent. Counted on the new incarnation. */
export const topicCreatedAgain: Fault = {
  name: 'topic-re-creation',
  judge: { recreated: true },
  async strike({ kafka, topic, partitions, pulse }) {
    await deleteTopic(runningBrokers(kafka), topic)
    await kafka.createTopic(topic, partitions)
    const recovery = await pulse.everyPartition(partitions)
    await sleep(5_000)
    return recovery
  },
}

/** `max.message.bytes` falls below what a batch holds: batches go in parts, a record that is larger is refused. */
export const smallMessagesOnly: Fault = {
  name: 'max-message-bytes',
  async strike(stage) {
    const { kafka, topic, pulse, partitions } = stage
    const limit = (bytes: number): Promise<void> =>
      configureTopic(runningBrokers(kafka), topic, { 'max.message.bytes': `${bytes}` })
    await limit(lowered)
    const until = performance.now() + loweredMs
    while (performance.now() < until) {
      sendBatchesAndOneTooLarge(stage)
      await sleep(100)
    }
    await allRefused(stage)
    await limit(usual)
    return pulse.everyPartition(partitions)
  },
}

function sendBatchesAndOneTooLarge({ load, refusable }: Stage): void {
  load.burst(100, 200)
  for (const id of load.burst(1, 1.5 * lowered)) refusable.add(id)
  load.burst(20, 200)
}

/** Brokers learn of the new size a moment later, so that the first may still get through. */
async function allRefused({ ledger, refusable }: Stage): Promise<void> {
  const last = Math.max(...refusable)
  await waitFor('the last record that is too large is refused', async () =>
    ledger.rejections.some(({ id }) => id === last),
  )
}
