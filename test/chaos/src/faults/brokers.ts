import { setTimeout as sleep } from 'node:timers/promises'
import {
  allInSync,
  configureTopic,
  leadersElected,
  runningBrokers,
  topicBecomes,
  waitFor,
} from '@sluice/test-kafka'
import type { Fault } from '../fault.js'
import type { Stage } from '../stage.js'
import { resetSomeAcknowledgements } from './acknowledgements.js'
import { watchAnswerCodes } from './answer-codes.js'

const pausedMs = 60_000

/** Each leader in turn, with SIGKILL. Recovery counts from the election, while it is still down, and again once it is back. */
export const killLeaders: Fault = {
  name: 'kill-leaders',
  async strike(stage) {
    const recoveries: number[] = []
    for (const broker of stage.kafka.brokers) {
      await broker.kill()
      await leadersElected(stage.kafka, stage.topic, broker.id)
      recoveries.push(await recovered(stage))
      await broker.start()
      recoveries.push(await recovered(stage))
      await allInSync(stage.kafka, stage.topic)
    }
    return Math.max(...recoveries)
  },
}

/** Each broker is stopped in an orderly way and started again, twice, while acknowledgements are lost. */
export const rollingRestart: Fault = {
  name: 'rolling-restart',
  async strike(stage) {
    const recoveries: number[] = []
    const stopResets = resetSomeAcknowledgements(stage, 0.03)
    for (const broker of [...stage.kafka.brokers, ...stage.kafka.brokers]) {
      await broker.stop()
      recoveries.push(await recovered(stage))
      await broker.start()
      recoveries.push(await recovered(stage))
      await allInSync(stage.kafka, stage.topic)
    }
    stopResets()
    recoveries.push(await recovered(stage))
    return Math.max(...recoveries)
  },
}

/** A leader stands still for a minute. Recovery counts from the election, while it stands, and again when it goes on. */
export const sigstopLeader: Fault = {
  name: 'sigstop-leader',
  async strike(stage) {
    const broker = anyOf(stage, stage.kafka.brokers)
    const until = performance.now() + pausedMs
    await broker.pause()
    await leadersElected(stage.kafka, stage.topic, broker.id)
    const whilePaused = await recovered(stage)
    await sleep(Math.max(0, until - performance.now()))
    broker.resume()
    const afterwards = await recovered(stage)
    await allInSync(stage.kafka, stage.topic)
    return Math.max(whilePaused, afterwards)
  },
}

/** `min.insync.replicas` is 3 while one broker stands still: nothing that comes is taken, nor is what was appended acknowledged. */
export const tooFewInSync: Fault = {
  name: 'isr-below-minimum',
  async strike(stage) {
    const { kafka, topic } = stage
    await configureTopic(runningBrokers(kafka), topic, { 'min.insync.replicas': '3' })
    const answers = watchAnswerCodes(stage)
    const broker = anyOf(stage, kafka.brokers)
    await broker.pause()
    await topicBecomes(kafka, topic, 'two replicas in sync', ({ partitions }) =>
      partitions.every(({ leader, inSync }) => leader >= 0 && inSync.length === 2),
    )
    const { acknowledged } = stage.ledger
    await waitFor('records are refused', async () => answers.has('NOT_ENOUGH_REPLICAS'))
    await sleep(5_000)
    // What was on its way when the last replica left the ISR may have been acknowledged just then.
    if (stage.ledger.acknowledged > acknowledged + 2_000)
      throw new Error('Records were acknowledged by too few replicas.')
    broker.resume()
    await allInSync(kafka, topic)
    const recovery = await recovered(stage)
    await configureTopic(runningBrokers(kafka), topic, { 'min.insync.replicas': '2' })
    return recovery
  },
}

/** Two of three at once, and with them the majority of the controllers: nothing can be written until they are back. */
export const killTwoBrokers: Fault = {
  name: 'kill-two-brokers',
  async strike(stage) {
    const { kafka, topic } = stage
    const spared = anyOf(stage, kafka.brokers)
    const others = kafka.brokers.filter((broker) => broker !== spared)
    await Promise.all(others.map((broker) => broker.kill()))
    await sleep(5_000)
    await Promise.all(others.map((broker) => broker.start()))
    await topicBecomes(kafka, topic, 'two replicas in sync', ({ partitions }) =>
      partitions.every(({ leader, inSync }) => leader >= 0 && inSync.length >= 2),
    )
    return recovered(stage)
  },
}

function recovered({ pulse, partitions }: Stage): Promise<number> {
  return pulse.everyPartition(partitions)
}

function anyOf<Item>({ random }: Stage, items: readonly Item[]): Item {
  return items[Math.floor(random() * items.length)]!
}
