import {
  BATCH_HEADER_BYTES,
  type CheckedCodec,
  describeError,
  type KafkaError,
} from '@sluice/protocol'
import type {
  AccumulatorQueue,
  BatchOutcome,
  DrainLimits,
  LeaderOf,
  Readiness,
  RecordError,
  TakeFilter,
} from '../accumulator-queue.js'
import type { DueMessage, SealedBatch, ToFront, TopicSnapshot, ToQueue } from '../messages.js'
import type { ResolvedAccumulatorOptions } from '../options.js'
import { Compression } from './compression.js'
import { LeaderGroups } from './leader-groups.js'
import { PartitionQueue } from './partition-queue.js'
import { QueueBatch } from './queue-batch.js'
import { refusedMessages, settledMessages } from './settled-messages.js'
import { WantedTopics } from './wanted-topics.js'

export function createQueue(
  options: ResolvedAccumulatorOptions,
  toFront: (message: ToFront) => void,
): AccumulatorQueue {
  return new Queue(options.compression, toFront)
}

class Queue implements AccumulatorQueue {
  closed = false
  readonly #compression: Compression | null
  readonly #toFront: (message: ToFront) => void
  readonly #topics = new Map<string, PartitionQueue[]>()
  /** Partitions with something to send. The order is the order of service: who was served goes to the end. */
  readonly #active = new Set<PartitionQueue>()
  readonly #groups = new LeaderGroups()
  /** When `ready` looked. */
  #now = -Infinity
  readonly #wantedTopics = new WantedTopics()
  #discarded: QueueBatch[] = []
  #onWork: () => void = () => {}

  constructor(codec: CheckedCodec | null, toFront: (message: ToFront) => void) {
    this.#compression =
      codec === null ? null : new Compression(codec, (...result) => this.#compressed(...result))
    this.#toFront = toFront
  }

  onWork(listener: () => void): void {
    this.#onWork = listener
  }

  takeWantedTopics(): readonly string[] {
    return this.#wantedTopics.takeWanted()
  }

  offerIdle(topics: readonly string[]): void {
    this.#toFront({ type: 'idle', topics })
  }

  takeForgottenTopics(): readonly string[] {
    return this.#wantedTopics.takeForgotten()
  }

  ready(now: number, leaderOf: LeaderOf): Readiness {
    // First: what the codec sends meanwhile is seen below.
    this.#compression?.run()
    this.#groups.clear()
    this.#now = now
    const nodes = new Set<number>()
    let hasUnknownLeaders = false
    let nextAt = Infinity
    for (const partition of this.#active) {
      const { head } = partition
      if (head !== null) nextAt = Math.min(nextAt, head.deadline)
      // Empty: its batch was wanted, and is on its way from the front.
      else if (partition.empty) this.#active.delete(partition)
      if (partition.empty || head?.compressing) continue
      const leader = leaderOf(partition.topic, partition.partition)
      if (leader === null) {
        hasUnknownLeaders = true
        continue
      }
      partition.leaderEpoch = leader.epoch
      if (head !== null && partition.backsOff(head, now)) {
        nextAt = Math.min(nextAt, head.retryAt)
      } else {
        nodes.add(leader.node)
        this.#groups.add(leader.node, partition)
      }
    }
    return { nodes, hasUnknownLeaders, nextAt }
  }

  drain(node: number, limits: DrainLimits): QueueBatch[] {
    const drained: QueueBatch[] = []
    const group = this.#groups.of(node)
    let bytes = 0
    for (let turn = 0; turn < group.length; turn++) {
      const partition = group[turn]!
      const batch = this.#headFor(partition, limits)
      if (batch === null) continue
      bytes += batch.payload.byteLength + BATCH_HEADER_BYTES
      // A batch that is too large for any request still goes, alone.
      if (bytes > limits.maxBytes && drained.length > 0) {
        // The next request begins with the partitions that had no turn.
        this.#groups.beginWith(node, turn)
        break
      }
      partition.takeHead()
      this.#served(partition)
      drained.push(batch)
    }
    this.#groups.forgetEmpty(node, drained.length)
    return drained
  }

  requeue(batch: QueueBatch, retryAt: number, leaderEpoch: number): void {
    batch.retryAt = retryAt
    batch.triedLeaderEpoch = leaderEpoch
    const partition = this.#partition(batch.topic, batch.partition)
    partition.insert(batch)
    this.#active.add(partition)
  }

  split(batch: QueueBatch): QueueBatch[] {
    const parts = batch.split()
    for (const part of parts) this.#add(part)
    return parts
  }

  exclude(
    batch: QueueBatch,
    refused: readonly RecordError[],
    retryAt: number,
    leaderEpoch: number,
  ): QueueBatch {
    const messages = refusedMessages(batch, refused)
    const rest = batch.without(new Set(refused.map(({ index }) => index)))
    rest.retryAt = retryAt
    rest.triedLeaderEpoch = leaderEpoch
    this.#add(rest)
    for (const message of messages) this.#toFront(message)
    return rest
  }

  take({
    expiredAt = Infinity,
    topic,
    fromPartition = 0,
    withOpen = topic !== undefined,
  }: TakeFilter): QueueBatch[] {
    const taken: QueueBatch[] = []
    // Only those of the topic: a cluster may refuse ten thousand topics at once.
    const partitions = topic === undefined ? this.#active : (this.#topics.get(topic) ?? [])
    for (const partition of partitions) {
      if (partition.partition < fromPartition) continue
      if (withOpen && partition.due !== 'no') this.#ask(partition)
      partition.takeExpired(expiredAt, taken)
      if (partition.empty) this.#active.delete(partition)
    }
    return taken.sort((a, b) => (a.isBefore(b) ? -1 : 1))
  }

  takeDiscarded(): readonly QueueBatch[] {
    const discarded = this.#discarded
    if (discarded.length > 0) this.#discarded = []
    return discarded
  }

  settle(batch: QueueBatch, outcome: BatchOutcome): void {
    if (batch.settled) return
    batch.settled = true
    for (const message of settledMessages(batch, outcome)) this.#toFront(message)
  }

  release(batch: QueueBatch): void {
    if (batch.released) return
    batch.released = true
    // Out of time while its codec was busy: the codec reads the bytes until it has answered.
    if (!batch.withCodec) this.#giveBack(batch)
  }

  publish(topics: readonly TopicSnapshot[], failure: KafkaError | null): void {
    const described = failure === null ? null : describeError(failure)
    this.#toFront({ type: 'metadata', topics, failure: described })
  }

  receive(message: ToQueue): void {
    switch (message.type) {
      case 'sealed':
        this.#addSealed(message.batch)
        break
      case 'due':
        this.#markDue(message)
        break
      case 'topic':
        this.#wantedTopics.want(message.topic)
        break
      case 'forgotten':
        this.#forget(message.topic)
        break
      case 'close':
        this.closed = true
        break
    }
    this.#onWork()
  }

  #forget(topic: string): void {
    this.#wantedTopics.forget(topic)
    // A partition may still be due, for a batch that the front has aborted.
    for (const partition of this.#topics.get(topic) ?? []) this.#active.delete(partition)
    this.#topics.delete(topic)
  }

  #addSealed(sealed: SealedBatch): void {
    this.#partition(sealed.topic, sealed.partition).due = 'no'
    this.#add(QueueBatch.from(sealed))
  }

  /** In its place among the batches of its partition, and to the codec. */
  #add(batch: QueueBatch): void {
    const partition = this.#partition(batch.topic, batch.partition)
    partition.insert(batch)
    this.#active.add(partition)
    this.#compression?.add(batch)
  }

  #compressed(batch: QueueBatch, failure: KafkaError | null): void {
    if (batch.released) this.#giveBack(batch)
    else if (failure !== null) this.#discard(batch, failure)
    else this.#tellSize(batch)
    this.#onWork()
  }

  #tellSize({ topic, recordBytes, payload }: QueueBatch): void {
    this.#toFront({ type: 'compressed', topic, recordBytes, payloadBytes: payload.byteLength })
  }

  #discard(batch: QueueBatch, error: KafkaError): void {
    // Not here: taken out while its codec was busy, for the sender to settle.
    if (!this.#takeOut(batch)) return
    this.settle(batch, { error })
    this.release(batch)
    this.#discarded.push(batch)
  }

  #giveBack({ id, memory }: QueueBatch): void {
    if (--memory.users === 0) this.#toFront({ type: 'released', batch: id, buffer: memory.buffer })
  }

  #takeOut(batch: QueueBatch): boolean {
    const partition = this.#partition(batch.topic, batch.partition)
    if (!partition.remove(batch)) return false
    if (partition.empty) this.#active.delete(partition)
    return true
  }

  #markDue({ topic, partition, patient }: DueMessage): void {
    const queue = this.#partition(topic, partition)
    queue.due = patient ? 'patiently' : 'now'
    this.#active.add(queue)
  }

  /** The batch this partition can give now; asks the front for its open one when there is none sealed. */
  #headFor(partition: PartitionQueue, { busy, mayDrain }: DrainLimits): QueueBatch | null {
    if (partition.head === null && !partition.isDue(busy)) return null
    if (!mayDrain(partition.topic, partition.partition, partition.head)) return null
    if (partition.head === null) {
      this.#ask(partition)
      // The codec may have sent meanwhile: the head is looked at again.
      this.#compression?.run()
    }
    const { head } = partition
    return head === null || head.compressing || partition.backsOff(head, this.#now) ? null : head
  }

  /** On one thread the batch is here when this returns; on two it comes later as `sealed`. */
  #ask(partition: PartitionQueue): void {
    partition.due = 'no'
    this.#toFront({ type: 'wanted', topic: partition.topic, partition: partition.partition })
  }

  #served(partition: PartitionQueue): void {
    this.#active.delete(partition)
    if (!partition.empty) this.#active.add(partition)
  }

  #partition(topic: string, partition: number): PartitionQueue {
    let queues = this.#topics.get(topic)
    if (queues === undefined) this.#topics.set(topic, (queues = []))
    while (queues.length <= partition) queues.push(new PartitionQueue(topic, queues.length))
    return queues[partition]!
  }
}
