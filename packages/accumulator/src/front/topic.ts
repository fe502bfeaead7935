import { detailOf, type ErrorCode, KafkaError, printable } from '@sluice/protocol'
import type { RecordToAppend, TopicFront, Waiter } from '../accumulator-front.js'
import type { Delivery } from '../delivery.js'
import type { TopicSnapshot } from '../messages.js'
import { CompressionEstimate } from './batches/compression-estimate.js'
import type { OpenBatch } from './batches/open-batch.js'
import { PartitionSlot } from './batches/partition-slot.js'
import { LinkedList } from './lists/linked-list.js'
import type { Place, WaitingLine, WaitingTopic } from './waiting/waiting-line.js'

/** What a topic needs of the front it belongs to. */
export interface TopicHost {
  readonly line: WaitingLine
  readonly metadataFailure: KafkaError | null
  now(): number
  batchBytes(compression: CompressionEstimate): number
  append(
    slot: PartitionSlot,
    record: RecordToAppend,
    delivery: Delivery,
    a: unknown,
    b: unknown,
  ): number
  wait(waiter: Waiter, topic: Topic): void
}

/** What the front keeps of one topic. */
export class Topic implements TopicFront, WaitingTopic {
  readonly name: string
  readonly forMetadata = new LinkedList<Place>()
  readonly compression = new CompressionEstimate()
  /** Set when the cluster refuses the topic for good; one error for all who are refused. */
  refusal: KafkaError | null = null
  #snapshot: TopicSnapshot | undefined
  readonly #front: TopicHost
  readonly #slots: PartitionSlot[] = []

  constructor(name: string, front: TopicHost) {
    this.name = name
    this.#front = front
  }

  get snapshot(): TopicSnapshot | undefined {
    return this.#snapshot
  }

  get ready(): boolean {
    return this.#snapshot !== undefined && this.#snapshot.partitions.length > 0
  }

  get open(): OpenBatch[] {
    return this.#slots.flatMap(({ open }) => open ?? [])
  }

  get batchBytes(): number {
    return this.#front.batchBytes(this.compression)
  }

  get blocked(): boolean {
    return !this.ready || this.#front.line.isAheadOf(this)
  }

  slot(partition: number): PartitionSlot {
    return this.#slots[partition] ?? this.#addSlot(partition)
  }

  append(record: RecordToAppend, delivery: Delivery, a: unknown, b: unknown): number {
    return this.#front.append(this.slot(record.partition), record, delivery, a, b)
  }

  wait(waiter: Waiter): void {
    this.#front.wait(waiter, this)
  }

  leave(waiter: Waiter): boolean {
    return this.#front.line.leave(waiter)
  }

  tailOpen(partition: number): boolean {
    return (this.#slots[partition]?.open ?? null) !== null
  }

  queuedBatches(partition: number): number {
    return this.#slots[partition]?.unsettled.size ?? 0
  }

  delayedMs(partition: number): number {
    const oldest = this.#slots[partition]?.unsettled.first ?? null
    return oldest === null ? 0 : this.#front.now() - oldest.since
  }

  learn(snapshot: TopicSnapshot): void {
    this.#snapshot = snapshot
    this.refusal = snapshot.error === null ? null : this.#refusalOf(snapshot.error)
  }

  /** Where the cluster refuses everything, as with wrong credentials, its own words tell more. */
  #refusalOf(code: ErrorCode): KafkaError {
    const { name: topic } = this
    const { metadataFailure } = this.#front
    const cause = metadataFailure?.code === code ? metadataFailure : undefined
    const detail = cause === undefined ? refusalText(code, printable(topic)) : detailOf(cause)
    return new KafkaError(code, detail, { topic, persisted: 'no', cause })
  }

  /** Why a wait for this topic's metadata has been in vain. */
  metadataTimeout(waitedMs: number): KafkaError {
    const { name: topic } = this
    const { metadataFailure: cause } = this.#front
    const why = cause === null ? 'the cluster has not answered' : cause.message
    const detail = `no metadata of topic ${printable(topic)} within ${waitedMs} ms: ${why}; check bootstrapServers and that the topic exists`
    return new KafkaError('METADATA_TIMEOUT', detail, { topic, persisted: 'no', cause })
  }

  #addSlot(partition: number): PartitionSlot {
    // Filled up to the number, so that the array stays without holes.
    while (this.#slots.length <= partition)
      this.#slots.push(new PartitionSlot(this.name, this.#slots.length, this.compression))
    return this.#slots[partition]!
  }
}

function refusalText(code: ErrorCode, topic: string): string {
  if (code !== 'UNKNOWN_TOPIC_OR_PARTITION') return `the cluster refuses topic ${topic}`
  return `the cluster has no topic ${topic}; create it, or set allowAutoTopicCreation: true`
}
