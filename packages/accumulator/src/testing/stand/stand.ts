import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { type ErrorCode, type FlatHeaders, KafkaError } from '@sluice/protocol'
import { type ManualClock, manualClock } from '@sluice/protocol/testing'
import { type AccumulatorFront, noRoom, type TopicFront } from '../../accumulator-front.js'
import type {
  AccumulatorQueue,
  DrainLimits,
  Leader,
  QueueBatch,
  Readiness,
} from '../../accumulator-queue.js'
import type { AccumulatorLink } from '../../accumulator.js'
import type { Delivery } from '../../delivery.js'
import { accumulatorDefaults, type AccumulatorOptions } from '../../options.js'
import type { MakeAccumulator } from './setting.js'

/** A field that is left out is null; the timestamp is then the time now. */
export interface StandRecord {
  readonly partition?: number
  readonly key?: string | Uint8Array | null
  readonly value?: string | Uint8Array | null
  readonly headers?: FlatHeaders | null
  readonly timestamp?: number
}

/** The end of a record, with the tag that it was appended with. */
export interface End {
  readonly tag: unknown
  readonly error: KafkaError | null
  readonly offset: bigint | null
}

/** An accumulator on a clock that stands still, with a producer and a sender that move by hand. */
export class Stand {
  readonly clock = manualClock()
  readonly front: AccumulatorFront
  readonly queue: AccumulatorQueue
  readonly ends: End[] = []
  /** Leaders by `topic-partition`. Node 0 leads every other partition. */
  readonly leaders = new Map<string, Leader | null>()

  constructor(
    make: MakeAccumulator,
    options: AccumulatorOptions = {},
    linkOf: (clock: ManualClock) => AccumulatorLink = () => ({}),
  ) {
    const { clock } = this
    const setting = { ...accumulatorDefaults, ...options, runtime: clock, link: linkOf(clock) }
    const { front, queue } = make(setting)
    this.front = front
    this.queue = queue
  }

  /** A topic that the cluster knows. */
  topic(name = 'orders', partitionCount = 4): TopicFront {
    const topic = this.front.forTopic(name)
    this.learn(name, partitionCount)
    this.clock.endTurns()
    return topic
  }

  learn(name: string, partitionCount: number, error: ErrorCode | null = null, id = 'first'): void {
    const broker = { leader: 0, leaderEpoch: 0, replicas: [0], inSyncReplicas: [0] }
    const partitions = Array.from({ length: partitionCount }, (_, partition) => ({
      topic: name,
      partition,
      ...broker,
    }))
    this.queue.publish([{ name, id, error, partitions }], null)
  }

  /** Notes the end of each record. */
  delivery(heldBytes = 0): Delivery {
    return {
      heldBytes,
      settle: (settlement, index, tag) => {
        const { error } = settlement
        const offset = error === null ? settlement.metadata(index).offset : null
        this.ends.push({ tag, error, offset })
      },
    }
  }

  append(
    topic: TopicFront,
    record: StandRecord,
    tag: unknown = record.value,
    delivery = this.delivery(),
  ): number {
    const timestamp = record.timestamp ?? this.front.timestamp()
    const { partition = 0, key = null, value = null, headers = null } = record
    return topic.append({ partition, key, value, headers, timestamp }, delivery, tag, undefined)
  }

  /** Appends records of this many bytes to four partitions in turn until there is no room. @returns how many */
  fill(topic: TopicFront, bytes: number): number {
    let count = 0
    const value = Buffer.alloc(bytes)
    while (
      count < 1_000_000 &&
      this.append(topic, { partition: count % 4, value }, 'filling') !== noRoom
    )
      count++
    return count
  }

  get tags(): unknown[] {
    return this.ends.map(({ tag }) => tag)
  }

  ready(now = this.clock.now()): Readiness {
    return this.queue.ready(now, (topic, partition) => {
      const leader = this.leaders.get(`${topic}-${partition}`)
      return leader === undefined ? { node: 0, epoch: 0 } : leader
    })
  }

  /** One request for the node. */
  request(limits: Partial<DrainLimits> = {}, node = 0): QueueBatch[] {
    this.clock.endTurns()
    this.ready()
    return this.queue.drain(node, {
      maxBytes: 1_048_576,
      busy: false,
      mayDrain: () => true,
      ...limits,
    })
  }

  /** Makes requests until nothing is left that could be sent. */
  requests(limits: Partial<DrainLimits> = {}): QueueBatch[] {
    const all: QueueBatch[] = []
    for (let left = 10_000; left > 0; left--) {
      const batches = this.request(limits)
      this.clock.endTurns()
      if (batches.length === 0 && this.ready().nodes.size === 0) return all
      all.push(...batches)
    }
    throw new assert.AssertionError({
      message: 'ready names a node for which drain gives nothing, again and again',
    })
  }

  settle(batch: QueueBatch, baseOffset = 0n): void {
    this.queue.settle(batch, { error: null, baseOffset, logAppendTime: -1 })
  }

  acknowledge(batch: QueueBatch, baseOffset = 0n): void {
    this.settle(batch, baseOffset)
    this.queue.release(batch)
    this.clock.endTurns()
  }

  fail(batch: QueueBatch, code: ErrorCode = 'INVALID_RECORD'): void {
    this.queue.settle(batch, { error: new KafkaError(code, 'told by the test') })
    this.queue.release(batch)
    this.clock.endTurns()
  }

  /** Sends and acknowledges until nothing is left. */
  acknowledgeAll(): void {
    for (let batches = this.requests(); batches.length > 0; batches = this.requests())
      for (const batch of batches) this.acknowledge(batch)
  }
}
