import { type ErrorCode, type FlatHeaders, KafkaError } from '@sluice/protocol'
import { type ManualClock, manualClock } from '@sluice/protocol/testing'
import { BufferPool } from '../src/front/memory/buffer-pool.js'
import { WaitingLine } from '../src/front/waiting/waiting-line.js'
import {
  type AccumulatorFront,
  type AccumulatorLink,
  type AccumulatorObserver,
  type AccumulatorOptions,
  type AccumulatorQueue,
  createAccumulator,
  type Delivery,
  type DrainLimits,
  type Leader,
  noRoom,
  type QueueBatch,
  type Readiness,
  type ToFront,
  type TopicFront,
  type ToQueue,
} from '../src/index.js'

export interface TestSetting extends AccumulatorOptions {
  readonly link?: (runtime: ManualClock) => AccumulatorLink
  readonly observer?: AccumulatorObserver
}

/** How a record ended. `tag` is what it was appended with. */
export interface Settled {
  readonly tag: unknown
  readonly error: KafkaError | null
  readonly offset: bigint | null
  readonly timestamp: number | null
}

/** What one record is; what is left out is null, or the time now. */
export interface TestRecord {
  readonly partition?: number
  readonly key?: string | Uint8Array | null
  readonly value?: string | Uint8Array | null
  readonly headers?: FlatHeaders | null
  readonly timestamp?: number
}

/** Both halves on a manual clock, a sender's moves by hand, and a record of all that settles. */
export class TestAccumulator {
  readonly runtime = manualClock()
  readonly front: AccumulatorFront
  readonly queue: AccumulatorQueue
  readonly settled: Settled[] = []
  readonly sent: (ToQueue | ToFront)[] = []
  onSent: (message: ToQueue | ToFront) => void = () => {}
  /** Leaders by `topic-partition`; node 0 leads what is not here. */
  readonly leaders = new Map<string, Leader | null>()
  readonly delivery = this.deliveryOf(0)

  constructor({ link, observer, ...options }: TestSetting = {}) {
    buffersInUse.clear()
    linesInUse.clear()
    const { toQueue, toFront } = link?.(this.runtime) ?? {}
    const accumulator = createAccumulator({
      ...options,
      runtime: Object.assign(this.runtime, { observer }),
      link: {
        toQueue: (message, deliver) => this.#pass(message, deliver, toQueue),
        toFront: (message, deliver) => this.#pass(message, deliver, toFront),
      },
    })
    this.front = accumulator.front
    this.queue = accumulator.queue
  }

  /** A topic the cluster knows. */
  topic(name = 'orders', partitionCount = 4): TopicFront {
    const topic = this.front.forTopic(name)
    this.learn(name, partitionCount)
    this.runtime.endTurn()
    return topic
  }

  learn(name: string, partitionCount: number, error: ErrorCode | null = null, id = 'first'): void {
    const partitions = Array.from({ length: partitionCount }, (_, partition) => ({
      topic: name,
      partition,
      leader: 0,
      leaderEpoch: 0,
      replicas: [0],
      inSyncReplicas: [0],
    }))
    this.queue.publish([{ name, id, error, partitions }], null)
  }

  /** A delivery that notes the end of each record. */
  deliveryOf(heldBytes: number): Delivery {
    return {
      heldBytes,
      settle: (settlement, index, tag) => {
        const metadata = settlement.error === null ? settlement.metadata(index) : null
        this.settled.push({
          tag,
          error: settlement.error,
          offset: metadata?.offset ?? null,
          timestamp: metadata?.timestamp ?? null,
        })
      },
    }
  }

  append(topic: TopicFront, record: TestRecord, tag?: unknown, delivery = this.delivery): number {
    const timestamp = record.timestamp ?? this.front.timestamp()
    const { partition = 0, key = null, value = null, headers = null } = record
    return topic.append({ partition, key, value, headers, timestamp }, delivery, tag, undefined)
  }

  /** The tags of what has settled. */
  get tags(): unknown[] {
    return this.settled.map(({ tag }) => tag)
  }

  ready(now = this.runtime.now()): Readiness {
    return this.queue.ready(now, (topic, partition) => {
      const leader = this.leaders.get(`${topic}-${partition}`)
      return leader === undefined ? { node: 0, epoch: 0 } : leader
    })
  }

  /** One `ready`, one request for the node. */
  drain(limits: Partial<DrainLimits> = {}, node = 0): QueueBatch[] {
    this.ready()
    return this.queue.drain(node, { ...anything, ...limits })
  }

  /** As many requests as it takes to get everything that could go. */
  drainAll(limits: Partial<DrainLimits> = {}): QueueBatch[] {
    const all: QueueBatch[] = []
    for (;;) {
      const batches = this.drain(limits)
      if (batches.length === 0) return all
      all.push(...batches)
    }
  }

  acknowledge(batch: QueueBatch, baseOffset = 0n, logAppendTime = -1): void {
    this.queue.settle(batch, { error: null, baseOffset, logAppendTime })
    this.queue.release(batch)
  }

  fail(batch: QueueBatch, code: ErrorCode = 'INVALID_RECORD'): void {
    this.queue.settle(batch, { error: new KafkaError(code, 'told by the test') })
    this.queue.release(batch)
  }

  /** Everything is sent and acknowledged until there is nothing left to do. */
  acknowledgeAll(): void {
    for (;;) {
      this.runtime.advance(0)
      const batches = this.drain()
      this.runtime.advance(0)
      if (batches.length === 0 && this.ready().nodes.size === 0) return
      for (const batch of batches) this.acknowledge(batch)
    }
  }

  #pass<Message extends ToQueue | ToFront>(
    message: Message,
    deliver: (message: Message) => void,
    by: ((message: Message, deliver: (message: Message) => void) => void) | undefined,
  ): void {
    this.sent.push(message)
    this.onSent(message)
    if (by === undefined) deliver(message)
    else by(message, deliver)
  }
}

export const anything: DrainLimits = { maxBytes: 1_048_576, busy: false, mayDrain: () => true }

/** A record that waits, as a test writes it. */
export interface Waiter {
  /** What its delivery holds. */
  readonly bytes: number
  /** Called with its turn. */
  resume(): boolean
  /** Called where it is not appended. */
  fail(error: KafkaError): void
}

const tickets = new WeakMap<Waiter, number>()

/** Lets a record wait: an empty one, with a delivery that holds the waiter's bytes, unless the test says otherwise. */
export function wait(
  topic: TopicFront,
  waiter: Waiter,
  {
    value = null,
    heldBytes = waiter.bytes,
    partition = -1,
  }: { value?: string | null; heldBytes?: number; partition?: number } = {},
): void {
  const record = { partition, key: null, value, headers: null, timestamp: 0 }
  const settle: Delivery['settle'] = ({ error }) => waiter.fail(error!)
  const delivery = { heldBytes, settle }
  const placer = { place: () => waiter.resume() }
  tickets.set(waiter, topic.wait(record, delivery, undefined, undefined, placer))
}

export function leave(topic: TopicFront, waiter: Waiter): boolean {
  return topic.leave(tickets.get(waiter)!)
}

/** A waiter that appends its record with its turn and notes what becomes of it. */
export class TestWaiter implements Waiter {
  readonly bytes: number
  readonly #append: () => number
  state: 'waits' | 'appended' | KafkaError = 'waits'
  asked = 0

  constructor(bytes: number, append: () => number) {
    this.bytes = bytes
    this.#append = append
  }

  resume(): boolean {
    this.asked++
    if (this.#append() === noRoom) return false
    this.state = 'appended'
    return true
  }

  fail(error: KafkaError): void {
    this.state = error
  }

  get error(): KafkaError {
    if (this.state instanceof KafkaError) return this.state
    throw new Error(`the waiter has not failed: ${this.state}`)
  }
}

/** The buffers out of the pool: counted here a second time, so that the account of `bufferBytes` is not its own witness. */
class BuffersInUse {
  bytes = 0
  pool: BufferPool | null = null
  readonly #live = new Set<ArrayBuffer>()

  clear(): void {
    this.bytes = 0
    this.pool = null
    this.#live.clear()
  }

  /** What the pool keeps beside them. */
  get pooledBytes(): number {
    return this.pool?.bytes ?? 0
  }

  taken(buffer: ArrayBuffer, pool: BufferPool): void {
    if (this.#live.has(buffer)) throw new Error('a buffer was handed out twice')
    this.#live.add(buffer)
    this.bytes += buffer.byteLength
    this.pool = pool
  }

  given(buffer: ArrayBuffer): void {
    this.#live.delete(buffer)
    this.bytes -= buffer.byteLength
  }
}

export const buffersInUse = new BuffersInUse()

const { take, give } = BufferPool.prototype
BufferPool.prototype.take = function (this: BufferPool, capacity) {
  const buffer = take.call(this, capacity)
  buffersInUse.taken(buffer, this)
  return buffer
}
BufferPool.prototype.give = function (this: BufferPool, buffer) {
  buffersInUse.given(buffer)
  give.call(this, buffer)
}

/** The line of the accumulator that was made last. */
class LinesInUse {
  line: WaitingLine | null = null

  clear(): void {
    this.line = null
  }

  /** What its records hold. */
  get bytes(): number {
    return this.line?.memory.bytes ?? 0
  }

  /** What those of them hold whose partitions are held back. */
  get parkedBytes(): number {
    return this.line?.memory.parkedBytes ?? 0
  }
}

export const linesInUse = new LinesInUse()

const { onChange } = WaitingLine.prototype
WaitingLine.prototype.onChange = function (this: WaitingLine, listener) {
  linesInUse.line = this
  onChange.call(this, listener)
}
