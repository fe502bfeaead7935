import { setTimeout as sleep } from 'node:timers/promises'
import type { Consumer, EachBatchPayload, Kafka, RetryOptions } from 'kafkajs'

const heartbeatInterval = 200
const sessionTimeout = 10_000

/** A consumer of kafkajs, and who it is in its group: its GROUP_JOIN tells the member, and its HEARTBEAT the generation, too. */
export class GroupMember {
  readonly #consumer: Consumer
  #identity: { memberId: string; generationId: number } | null = null
  #stopped: Promise<void> | null = null

  constructor(kafkajs: Kafka, groupId: string, retry: RetryOptions) {
    this.#consumer = kafkajs.consumer({ groupId, heartbeatInterval, sessionTimeout, retry })
    const { GROUP_JOIN, HEARTBEAT } = this.#consumer.events
    this.#consumer.on(GROUP_JOIN, () => (this.#identity = null))
    this.#consumer.on(HEARTBEAT, ({ payload }) => {
      const { memberId, groupGenerationId: generationId } = payload
      this.#identity = { memberId, generationId }
    })
  }

  /** @throws Error before `generation` has resolved */
  get identity(): { memberId: string; generationId: number } {
    if (this.#identity === null) throw new Error('The generation is not known yet.')
    return this.#identity
  }

  /** @param eachBatch - gets the batches; offsets are committed by nobody else */
  async start(
    topic: string,
    eachBatch: (payload: EachBatchPayload) => Promise<void>,
  ): Promise<void> {
    await this.#consumer.connect()
    await this.#consumer.subscribe({ topic, fromBeginning: true })
    await this.#consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch })
  }

  /** Resolves when the generation of the last join is known. */
  async generation(heartbeat: () => Promise<void>): Promise<void> {
    await heartbeat()
    while (this.#identity === null) {
      await sleep(heartbeatInterval / 4)
      await heartbeat()
    }
  }

  async stop(): Promise<void> {
    await (this.#stopped ??= this.#consumer.disconnect())
  }
}
