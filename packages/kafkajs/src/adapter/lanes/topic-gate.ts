import timers from 'node:timers'
import type { ClusterMetadata } from '@sluice/network'
import type { Producer } from '@sluice/producer/compose'
import { KafkaError } from '@sluice/protocol'
import { pausesTogether, type Retry } from '../errors/retry.js'

/** How often a refused topic is looked at again, in ms. */
const everyMs = 20

/**
 * Lets records pass whose topic is known. The first ones of a topic wait for its metadata together, whatever their number. So a call
 * with several topics knows that all of them can be written before a record of it is on its way, and a topic that the cluster refuses
 * fails after the retries of the program.
 */
export class TopicGate {
  readonly #producer: Pick<Producer, 'partitionsFor'>
  readonly #metadata: ClusterMetadata
  readonly #patienceMs: number
  readonly #waits = new Map<string, Promise<void>>()

  constructor(producer: Pick<Producer, 'partitionsFor'>, metadata: ClusterMetadata, retry: Retry) {
    this.#producer = producer
    this.#metadata = metadata
    this.#patienceMs = pausesTogether(retry)
  }

  isOpen(topic: string): boolean {
    const known = this.#metadata.topic(topic)
    return known !== undefined && known.error === null && known.partitions.length > 0
  }

  /** @throws KafkaError why the topic cannot be written */
  wait(topic: string): Promise<void> {
    let wait = this.#waits.get(topic)
    if (wait === undefined) {
      wait = this.#known(topic).finally(() => this.#waits.delete(topic))
      this.#waits.set(topic, wait)
    }
    return wait
  }

  /** Resolves when no record waits here any more, and those that waited are with the producer. */
  async emptied(): Promise<void> {
    while (this.#waits.size > 0) await Promise.allSettled(this.#waits.values())
    await new Promise((resolve) => {
      timers.setImmediate(resolve)
    })
  }

  async #known(topic: string): Promise<void> {
    const since = Date.now()
    const known = this.#producer.partitionsFor(topic).then(() => true)
    // Where the refusal is told first, nobody else listens.
    known.catch(() => {})
    for (;;) {
      if (await Promise.race([known, pause(everyMs)])) return
      const cause = this.#refusal(topic)
      if (cause !== null && Date.now() - since >= this.#patienceMs)
        throw new KafkaError('METADATA_TIMEOUT', 'the cluster refuses the topic', {
          topic,
          persisted: 'no',
          cause,
        })
    }
  }

  /** Why the last answer of the cluster did not have the topic; null where there was none yet. */
  #refusal(topic: string): KafkaError | null {
    const known = this.#metadata.topic(topic)
    if (known !== undefined) return known.error === null ? null : new KafkaError(known.error)
    const { lastError } = this.#metadata
    if (lastError?.topic === undefined) return null
    // An answer that lacks several topics names the first one.
    return lastError.topic === topic ? lastError : new KafkaError('UNKNOWN_TOPIC_OR_PARTITION')
  }
}

function pause(ms: number): Promise<false> {
  return new Promise((resolve) => {
    timers.setTimeout(() => resolve(false), ms)
  })
}
