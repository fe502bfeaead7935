import { KafkaError, restoreError } from '@sluice/protocol'
import {
  type AccumulatorFront,
  noRoom,
  type RecordToAppend,
  type TopicFront,
  type Waiter,
} from '../accumulator-front.js'
import type { Delivery } from '../delivery.js'
import type { MetadataMessage, SettledMessage, ToFront, ToQueue } from '../messages.js'
import type { ResolvedAccumulatorOptions } from '../options.js'
import type { AccumulatorRuntime } from '../runtime.js'
import type { CompressionEstimate } from './batches/compression-estimate.js'
import { LiveBatches } from './batches/live-batches.js'
import type { OpenBatch } from './batches/open-batch.js'
import { OpenBatches } from './batches/open-batches.js'
import type { PartitionSlot } from './batches/partition-slot.js'
import { failureOf, settlementOf } from './batches/settling.js'
import { Turn } from './batches/turn.js'
import { Memory } from './memory/memory.js'
import { WaterMarks } from './memory/water-marks.js'
import { Topic, type TopicHost } from './topic.js'
import { WaitingLine } from './waiting/waiting-line.js'

export function joinFront(
  options: ResolvedAccumulatorOptions,
  runtime: AccumulatorRuntime,
  toQueue: (message: ToQueue) => void,
): AccumulatorFront {
  return new Front(options, runtime, toQueue)
}

/** Joins the parts: who appends, who waits, what is open, what is unsettled. */
class Front implements AccumulatorFront, TopicHost {
  readonly line: WaitingLine
  /** Why there is no newer metadata. */
  metadataFailure: KafkaError | null = null
  readonly #topics = new Map<string, Topic>()
  readonly #memory: Memory
  readonly #batches: OpenBatches
  readonly #live: LiveBatches
  readonly #turn: Turn
  readonly #water: WaterMarks
  readonly #toQueue: (message: ToQueue) => void
  /** Why every record is refused, once closed. */
  #closed: KafkaError | null = null
  #pending = false
  #pendingListener: (pending: boolean) => void = () => {}

  constructor(
    options: ResolvedAccumulatorOptions,
    runtime: AccumulatorRuntime,
    toQueue: (message: ToQueue) => void,
  ) {
    this.#toQueue = toQueue
    this.#memory = new Memory(options.bufferBytes, options.compression === null ? 1 : 2)
    this.line = new WaitingLine(options.bufferBytes, options.maxBlockMs, runtime)
    this.#water = new WaterMarks(options.bufferBytes)
    this.#turn = new Turn(runtime, {
      begun: () => this.#batches.sealOld(),
      ended: () => this.#batches.endTurn(),
    })
    this.#live = new LiveBatches(this.#memory, runtime.logger)
    this.#batches = new OpenBatches(options, runtime, this.#memory, this.#turn, {
      opened: (batch) => this.#opened(batch),
      toQueue,
    })
    this.line.onLeft(() => this.#changed())
  }

  forTopic(name: string): TopicFront {
    const known = this.#topics.get(name)
    if (known !== undefined) return known
    const topic = new Topic(name, this)
    this.#topics.set(name, topic)
    this.#toQueue({ type: 'topic', topic: name })
    return topic
  }

  now(): number {
    return this.#turn.now()
  }

  batchBytes(compression: CompressionEstimate): number {
    return this.#batches.bytesToFill(compression)
  }

  timestamp(): number {
    return this.#turn.timestamp()
  }

  append(
    slot: PartitionSlot,
    record: RecordToAppend,
    delivery: Delivery,
    a: unknown,
    b: unknown,
  ): number {
    const bytes = this.#batches.append(slot, record, delivery, a, b)
    if (bytes === noRoom) this.#batches.becomeDueNow()
    return bytes
  }

  wait(waiter: Waiter, topic: Topic): void {
    if (this.#closed !== null) return waiter.fail(this.#closed)
    if (!this.#memory.couldHold(waiter.bytes))
      return waiter.fail(tooLarge(waiter, topic, this.#memory.limit))
    if (topic.refusal !== null) return this.#refuse(waiter, topic, topic.refusal)
    this.line.join(waiter, topic)
    this.#updatePending()
  }

  get roomy(): boolean {
    return this.#water.isRoomy(this.#heldBytes())
  }

  drained(): Promise<void> {
    return this.#water.drained(this.#heldBytes())
  }

  flush(): Promise<void> {
    this.#batches.becomeDueNow()
    return new Promise((resolve) => {
      this.line.whenLeft(() => {
        this.#batches.becomeDueNow()
        resolve(this.#live.settledUpTo(this.#batches.lastId))
      })
    })
  }

  close(): Promise<void> {
    const error = (this.#closed ??= closedError())
    // First, so that nobody who is failed gets one more record into them.
    const open = this.#batches.close()
    this.line.failAll(() => error)
    for (const batch of open) this.#live.settle(batch, failureOf(batch, error), 0, batch.unsettled)
    this.#toQueue({ type: 'close' })
    this.#changed()
    return this.#live.settledUpTo(this.#batches.lastId)
  }

  get pending(): boolean {
    return this.#pending
  }

  unsettled(): number {
    return this.#live.unsettledRecords() + this.line.size
  }

  onPending(listener: (pending: boolean) => void): void {
    this.#pendingListener = listener
  }

  receive(message: ToFront): void {
    switch (message.type) {
      case 'wanted':
        return this.#batches.wanted(this.#topic(message.topic).slot(message.partition))
      case 'settled':
        return this.#settle(message)
      case 'released':
        this.#live.release(message.batch, message.buffer)
        return this.#memoryGiven()
      case 'compressed':
        return this.#topic(message.topic).compression.learn(
          message.recordBytes,
          message.payloadBytes,
        )
      case 'metadata':
        return this.#learn(message)
    }
  }

  /** The cluster is asked again: once the topic is allowed, a later record finds it so. */
  #refuse(waiter: Waiter, topic: Topic, refusal: KafkaError): void {
    this.#toQueue({ type: 'topic', topic: topic.name })
    waiter.fail(refusal)
  }

  #settle(message: SettledMessage): void {
    const batch = this.#live.get(message.batch)
    if (batch === undefined) return
    this.#live.settle(batch, settlementOf(batch, message), message.first, message.count)
    this.#memoryGiven()
  }

  #learn({ topics, failure }: MetadataMessage): void {
    this.metadataFailure = failure === null ? null : restoreError(failure)
    for (const snapshot of topics) {
      const topic = this.#topic(snapshot.name)
      // Before those who wait: what they append is for the new one.
      if (topic.snapshot !== undefined && topic.snapshot.id !== snapshot.id)
        for (const batch of topic.open) this.#batches.seal(batch)
      topic.learn(snapshot)
      const { refusal } = topic
      if (refusal !== null) this.line.fail(topic.forMetadata, () => refusal)
      else if (topic.ready) this.line.admit(topic)
    }
    this.line.advance()
  }

  #topic(name: string): Topic {
    const topic = this.#topics.get(name)
    if (topic !== undefined) return topic
    throw new KafkaError(
      'ILLEGAL_STATE',
      `the queue spoke of topic ${name}, which nobody has sent to`,
    )
  }

  #opened(batch: OpenBatch): void {
    this.#live.add(batch)
    this.#updatePending()
  }

  #memoryGiven(): void {
    this.line.advance()
    this.#changed()
  }

  #changed(): void {
    this.#water.fallTo(this.#heldBytes())
    this.#updatePending()
  }

  #heldBytes(): number {
    return this.#memory.used + this.line.bytes
  }

  #updatePending(): void {
    const pending = this.#live.unsettled > 0 || this.line.size > 0
    if (pending === this.#pending) return
    this.#pending = pending
    this.#pendingListener(pending)
  }
}

function closedError(): KafkaError {
  const detail = 'the producer was closed before the record was sent'
  return new KafkaError('PRODUCER_CLOSED', detail, { persisted: 'no' })
}

function tooLarge(waiter: Waiter, topic: Topic, limit: number): KafkaError {
  const detail = `a record of about ${waiter.bytes} bytes can never fit in bufferBytes (${limit}); raise bufferBytes or send smaller records`
  return new KafkaError('RECORD_TOO_LARGE', detail, { topic: topic.name, persisted: 'no' })
}
