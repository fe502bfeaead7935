import { type AccumulatorQueue, createAccumulator, type QueueBatch } from '@sluice/accumulator'
import { type Partitioner, uniformStickyPartitioner } from '@sluice/partitioner'
import { KafkaError } from '@sluice/protocol'
import { type ManualClock, manualClock } from '@sluice/protocol/testing'
import { composeProducer } from '../../src/compose.js'
import type { Producer } from '../../src/index.js'
import { silentSendingHalf } from './silent-sending-half.js'

export const pacedSizes = { bufferBytes: 65_536, batchBytes: 16_384, maxBlockMs: 500 }

/** A producer whose brokers acknowledge when the test says so. */
export class PacedProducer {
  readonly clock: ManualClock = manualClock()
  readonly producer: Producer
  readonly #queue: AccumulatorQueue
  #offset = 0

  constructor({
    partitioner = uniformStickyPartitioner(),
    maxRequestBytes = 1_048_576,
  }: {
    partitioner?: Partitioner
    maxRequestBytes?: number
  } = {}) {
    const runtime = Object.assign(this.clock, { random: () => 0.5 })
    const { front, queue } = createAccumulator({ ...pacedSizes, runtime })
    this.#queue = queue
    this.producer = composeProducer(
      { partitioner, front, sendingHalf: silentSendingHalf },
      { maxRequestBytes, runtime, onDeliveryError: () => {} },
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
    this.clock.advance(0)
    this.#queue.ready(this.clock.now(), () => ({ node: 0, epoch: 0 }))
    const batches = this.#queue.drain(0, { maxBytes: 1_048_576, busy: false, mayDrain: () => true })
    for (const batch of batches) this.#settle(batch)
    return batches.reduce((count, batch) => count + batch.count, 0)
  }

  /** Everything is acknowledged. @returns how many records were in the largest request */
  acknowledgeAll(): number {
    let largest = 0
    for (let count = this.acknowledge(); count > 0; count = this.acknowledge())
      largest = Math.max(largest, count)
    return largest
  }

  /** The sender ends what the queue still has, after `close`. */
  failTheRest(): void {
    for (const batch of this.#queue.take({})) {
      const error = new KafkaError('PRODUCER_CLOSED', 'told by the test', { persisted: 'no' })
      this.#queue.settle(batch, { error })
      this.#queue.release(batch)
    }
  }

  #settle(batch: QueueBatch): void {
    const baseOffset = BigInt(this.#offset)
    this.#offset += batch.count
    this.#queue.settle(batch, { error: null, baseOffset, logAppendTime: -1 })
    this.#queue.release(batch)
  }
}
