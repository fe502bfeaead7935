import { setTimeout as sleep } from 'node:timers/promises'
import {
  allInSync,
  fetchMetadata,
  type KafkaBroker,
  needsZooKeeper,
  runningBrokers,
} from '@sluice/test-kafka'
import type { Stage } from './scenario.js'

export interface KillingOptions {
  /** How many brokers, one after the other. */
  readonly kills: number
  /** The leader of a partition of one of these is killed, in turn. */
  readonly topics: readonly string[]
}

const mostPauseMs = 2_000
const mostDownMs = 6_000
/** A ZooKeeper lets no broker back in before its session has expired. */
const leastDownMs = 7_000

/** Kills brokers at random moments and starts them again, one at a time, while something else goes on. */
export class Killing {
  /** What was killed, in order, such as `2 (__transaction_state)`. */
  readonly killed: string[] = []
  readonly #stage: Stage
  #isOver = false
  readonly #ended: Promise<void>

  constructor(stage: Stage, options: KillingOptions) {
    this.#stage = stage
    this.#ended = this.#kill(options).finally(() => (this.#isOver = true))
    this.#ended.catch(() => {})
  }

  /** Whether all are killed and have come back. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** @throws why a broker could not be killed, or did not come back */
  async ended(): Promise<void> {
    await this.#ended
  }

  async #kill({ kills, topics }: KillingOptions): Promise<void> {
    const { kafka, random } = this.#stage
    for (let kill = 0; kill < kills; kill++) {
      const topic = topics[kill % topics.length]!
      await sleep(random() * mostPauseMs)
      const broker = await this.#leaderOf(topic)
      await broker.kill()
      this.killed.push(`${broker.id} (${topic})`)
      await sleep(random() * mostDownMs + (needsZooKeeper(kafka.version) ? leastDownMs : 0))
      await broker.start()
      for (const each of topics) await allInSync(kafka, each)
    }
  }

  async #leaderOf(topic: string): Promise<KafkaBroker> {
    const { kafka, random } = this.#stage
    const { topics } = await fetchMetadata(runningBrokers(kafka)[0]!, [topic])
    const { partitions } = topics[0]!
    const { leader } = partitions[Math.floor(random() * partitions.length)]!
    return kafka.brokers.find(({ id }) => id === leader)!
  }
}
