import { type AccumulatorQueue, createAccumulator, type QueueBatch } from '@sluice/accumulator'
import { type Partitioner, uniformStickyPartitioner } from '@sluice/partitioner'
import { KafkaError } from '@sluice/protocol'
import { type ManualClock, manualClock } from '@sluice/protocol/testing'
import { composeProducer } from '../../src/compose.js'
import type { Producer, ProducerInterceptor, SendingHalf, Serializer } from '../../src/index.js'
import { silentSendingHalf } from './silent-sending-half.js'

export const pacedSizes = { bufferBytes: 65_536, batchBytes: 16_384, maxBlockMs: 500 }

/** A producer whose brokers acknowledge when the test says so. */
export class PacedProducer {
  readonly clock: ManualClock = manualClock()
  readonly producer: Producer<unknown, unknown>
  /** The partitions whose leader takes everything and answers nothing. */
  readonly stuck = new Set<number>()
  readonly #queue: AccumulatorQueue
  #offset = 0
  readonly #unanswered: QueueBatch[] = []

  constructor({
    partitioner = uniformStickyPartitioner(),
    maxRequestBytes = 1_048_576,
    sendingHalf = silentSendingHalf,
    onDeliveryError = () => {},
    sizes = pacedSizes,
    interceptors = [],
    ...serializers
  }: {
    partitioner?: Partitioner
    maxRequestBytes?: number
    sendingHalf?: SendingHalf
    onDeliveryError?: (error: KafkaError) => void
    sizes?: typeof pacedSizes
    interceptors?: readonly ProducerInterceptor[]
    keySerializer?: Serializer<unknown>
    valueSerializer?: Serializer<unknown>
  } = {}) {
    const runtime = Object.assign(this.clock, { random: () => 0.5 })
    const { front, queue } = createAccumulator({ ...sizes, runtime })
    this.#queue = queue
    this.producer = composeProducer(
      { partitioner, front, sendingHalf },
      { ...pacedSizes, maxRequestBytes, runtime, onDeliveryError, interceptors, ...serializers },
    )
  }

  /** The cluster tells of a topic. */
  learn(name = 't', partitionCount = 1, error: KafkaError['code'] | null = null): void {
    this.producer.partitionsFor(name).catch(() => {})
    const broker = { leader: 0, leaderEpoch: 0, replicas: [0], inSyncReplicas: [0] }
    const partitions = Array.from(
      { length: error === null ? partitionCount : 0 },
      (_, partition) => ({
        topic: name,
        partition,
        ...broker,
      }),
    )
    this.#queue.publish([{ name, id: 'id', error, partitions }], null)
  }

  /** One request is acknowledged. @returns how many records were in it */
  acknowledge(): number {
    const batches = this.#drain()
    for (const batch of batches)
      if (this.stuck.has(batch.partition)) this.#unanswered.push(batch)
      else this.#settle(batch)
    return batches.reduce((count, batch) => count + batch.count, 0)
  }

  /** One request is refused. */
  refuse(error: KafkaError): void {
    for (const batch of this.#drain()) {
      this.#queue.settle(batch, { error })
      this.#queue.release(batch)
    }
  }

  /** Everything is acknowledged. @returns how many records were in the largest request */
  acknowledgeAll(): number {
    let largest = 0
    for (let count = this.acknowledge(); count > 0; count = this.acknowledge())
      largest = Math.max(largest, count)
    return largest
  }

  /** The topic was not used for a while. */
  idle(name: string): void {
    this.#queue.offerIdle!([name])
  }

  /** The leaders that did not answer do. */
  recover(): void {
    this.stuck.clear()
    for (const batch of this.#unanswered.splice(0)) this.#settle(batch)
  }

  /** The sender ends what the queue still has, after `close` or with an abort. */
  failTheRest(code: KafkaError['code'] = 'PRODUCER_CLOSED'): void {
    for (const batch of this.#queue.take({})) {
      const error = new KafkaError(code, 'told by the test', { persisted: 'no' })
      this.#queue.settle(batch, { error })
      this.#queue.release(batch)
    }
  }

  #drain(): QueueBatch[] {
    this.clock.advance(0)
    this.#queue.ready(this.clock.now(), () => ({ node: 0, epoch: 0 }))
    return this.#queue.drain(0, { maxBytes: 1_048_576, busy: false, mayDrain: () => true })
  }

  #settle(batch: QueueBatch): void {
    const baseOffset = BigInt(this.#offset)
    this.#offset += batch.count
    this.#queue.settle(batch, { error: null, baseOffset, logAppendTime: -1 })
    this.#queue.release(batch)
  }
}

/** How a call ends, once it does. */
export interface End<T> {
  result?: T
  error?: KafkaError
}

export function endOf<T>(sent: Promise<T>): End<T> {
  const end: End<T> = {}
  sent.then(
    (result) => (end.result = result),
    (error: KafkaError) => (end.error = error),
  )
  return end
}

/** Lets promises that have settled tell. */
export async function reactions(): Promise<void> {
  for (let times = 0; times < 20; times++) await Promise.resolve()
}
