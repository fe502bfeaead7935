import { detailOf, type ErrorCode, KafkaError, printable } from '@sluice/protocol'
import {
  type KnownTopic,
  type LateContent,
  noRoom,
  type Placer,
  type RecordToAppend,
  type TopicFront,
} from '../accumulator-front.js'
import type { Delivery } from '../delivery.js'
import type { TopicSnapshot } from '../messages.js'
import { CompressionEstimate } from './batches/compression-estimate.js'
import type { DueBatches } from './batches/due-batches.js'
import { type FrontBatch, PartitionFront } from './batches/front-batch.js'
import type { LoopTurn } from './batches/loop-turn.js'
import type { OpenBatches, TopicPartitions } from './batches/open-batches.js'
import { LinkedList } from './lists/linked-list.js'
import type { LeaderShare, Shares } from './memory/shares.js'
import type { Admission } from './waiting/admission.js'
import type { HoldablePartition, PartitionHolder } from './waiting/held-back.js'
import type { TopicQuestion } from './waiting/topic-questions.js'
import type { WaitingGroup, WaitingTopic } from './waiting/waiting-group.js'
import type { WaitingLine } from './waiting/waiting-line.js'

export interface TopicDeps {
  readonly turn: LoopTurn
  readonly batches: OpenBatches
  readonly due: DueBatches
  readonly line: WaitingLine
  readonly shares: Shares
  readonly admission: Admission
  /** Why there is no newer metadata. */
  metadataFailure(): KafkaError | null
}

/** What the front keeps of one topic. */
export class Topic implements TopicFront, TopicPartitions, WaitingTopic, PartitionHolder {
  readonly name: string
  readonly forMetadata = new LinkedList<WaitingGroup>()
  newest: WaitingGroup | null = null
  newestParked: WaitingGroup | null = null
  readonly questions = new Set<TopicQuestion>()
  readonly compression = new CompressionEstimate()
  /** Set while the cluster refuses the topic for good. All refused records share the error. */
  refusal: KafkaError | null = null
  /** As the cluster has told it. */
  #learned: TopicSnapshot | undefined
  #snapshot: KnownTopic | undefined
  /** The partitions that get no memory now. */
  readonly #heldBack = new Set<number>()
  readonly #deps: TopicDeps
  readonly #partitions: PartitionFront[] = []
  /**
   * The open batch of each partition. They stand here, and not in the partitions, because each append asks for one: with
   * ten thousand partitions, the memory of each partition would be read anew for each record.
   */
  readonly #openBatches: (FrontBatch | null)[] = []

  constructor(name: string, deps: TopicDeps) {
    this.name = name
    this.#deps = deps
  }

  get snapshot(): KnownTopic | undefined {
    return this.#snapshot
  }

  get ready(): boolean {
    return this.#snapshot !== undefined && this.#snapshot.partitions.length > 0
  }

  /** Whether records or questions wait for its metadata, or records are in a batch that has not settled. */
  get inUse(): boolean {
    if (this.forMetadata.size > 0 || this.questions.size > 0) return true
    return this.#partitions.some(({ unsettledBatches }) => unsettledBatches.size > 0)
  }

  get batchBytes(): number {
    return this.#deps.batches.bytesToFill(this.compression)
  }

  get blocked(): boolean {
    return !this.ready || this.#deps.line.isAheadOf(this)
  }

  openBatch(index: number): FrontBatch | null {
    return this.#openBatches[index] ?? null
  }

  partition(index: number): PartitionFront {
    return this.#partitions[index] ?? this.#addPartition(index)
  }

  append(record: RecordToAppend, delivery: Delivery, a: unknown, b: unknown): number {
    const bytes = this.#deps.batches.append(this, record, delivery, a, b)
    if (bytes === noRoom) this.#refused(this.partition(record.partition))
    return bytes
  }

  wait(record: RecordToAppend, delivery: Delivery, a: unknown, b: unknown, placer: Placer): number {
    return this.#deps.admission.wait(this, record, delivery, a, b, placer, true)
  }

  reserve(
    record: RecordToAppend,
    delivery: Delivery,
    a: unknown,
    b: unknown,
    placer: Placer,
  ): number {
    return this.#deps.admission.wait(this, record, delivery, a, b, placer, false)
  }

  complete(ticket: number, key: LateContent, value: LateContent): void {
    this.#deps.admission.complete(ticket, key, value)
  }

  refusalOf(record: RecordToAppend, delivery: Delivery): KafkaError | null {
    return this.#deps.admission.refusalOf(this, record, delivery)
  }

  whenKnown(): Promise<void> {
    return this.ready ? Promise.resolve() : this.#deps.admission.ask(this)
  }

  leave(ticket: number): boolean {
    return this.#deps.line.leave(ticket)
  }

  tailOpen(partition: number): boolean {
    return this.openBatch(partition) !== null
  }

  queuedBatches(partition: number): number {
    return this.#partitions[partition]?.unsettledBatches.size ?? 0
  }

  isHeldBack(partition: number): boolean {
    return this.holding(partition) !== null
  }

  holding(partition: number): PartitionFront | null {
    const front = this.#partitions[partition]
    return front !== undefined && (front.heldBack || front.closedToOthers) ? front : null
  }

  endBatch({ index }: HoldablePartition): void {
    this.#deps.batches.end(this.partition(index))
  }

  /**
   * The intake looks at the snapshot for each record, so what it must see is there. The set is not copied: where a leader
   * of ten thousand partitions is silent, each of them is held back by itself.
   */
  heldBackChanged({ index, heldBack }: HoldablePartition): void {
    if (heldBack) this.#heldBack.add(index)
    else this.#heldBack.delete(index)
    this.#show(this.#learned)
  }

  delayedMs(partition: number): number {
    const oldest = this.#partitions[partition]?.unsettledBatches.first ?? null
    return oldest === null ? 0 : this.#deps.turn.now() - oldest.since
  }

  learn(snapshot: TopicSnapshot): void {
    // Before waiters go on: their records are for the new topic, the open batches for the one before.
    if (this.#snapshot !== undefined && this.#snapshot.id !== snapshot.id) this.#sealAll()
    this.#learned = snapshot
    this.#show(snapshot)
    for (const partition of this.#partitions) partition.leader = this.#leaderOf(partition.index)
    this.#deps.shares.announce()
    this.refusal = snapshot.error === null ? null : this.#refusalOf(snapshot.error)
    this.#deps.admission.learned(this)
  }

  metadataTimeout(waitedMs: number): KafkaError {
    const { name: topic } = this
    const cause = this.#deps.metadataFailure()
    const why = cause === null ? 'the cluster has not answered' : cause.message
    const detail = `no metadata of topic ${printable(topic)} within ${waitedMs} ms: ${why}; check bootstrapServers and that the topic exists`
    return new KafkaError('METADATA_TIMEOUT', detail, { topic, persisted: 'no', cause })
  }

  #leaderOf(partition: number): LeaderShare {
    return this.#deps.shares.leader(this.#learned?.partitions[partition]?.leader ?? null)
  }

  #show(snapshot: TopicSnapshot | undefined): void {
    if (snapshot === undefined || this.#heldBack.size === 0) this.#snapshot = snapshot
    else this.#snapshot = { ...snapshot, heldBack: this.#heldBack }
  }

  /** The record must wait: for memory, or until its partition may take memory again. */
  #refused(partition: PartitionFront): void {
    const { line, due, shares } = this.#deps
    if (partition.closedToOthers) line.refusedBy(partition)
    else if (shares.mayTake(partition)) line.refusedBy(null)
    else line.holdBack(partition)
    due.becomeDueNow()
  }

  #sealAll(): void {
    for (const openBatch of this.#openBatches)
      if (openBatch !== null) this.#deps.batches.seal(openBatch, 'topicRecreated')
  }

  /** If the cluster refuses everything, as with wrong credentials, its own words tell more. */
  #refusalOf(code: ErrorCode): KafkaError {
    const { name: topic } = this
    const metadataFailure = this.#deps.metadataFailure()
    const cause = metadataFailure?.code === code ? metadataFailure : undefined
    const detail = cause === undefined ? refusalText(code, printable(topic)) : detailOf(cause)
    return new KafkaError(code, detail, { topic, persisted: 'no', cause })
  }

  #addPartition(index: number): PartitionFront {
    // All up to this index, so that the arrays have no holes.
    for (let next = this.#partitions.length; next <= index; next++) {
      this.#openBatches.push(null)
      const leader = this.#leaderOf(next)
      this.#partitions.push(
        new PartitionFront(this.name, next, this.compression, this, leader, this.#openBatches),
      )
    }
    return this.#partitions[index]!
  }
}

function refusalText(code: ErrorCode, topic: string): string {
  if (code !== 'UNKNOWN_TOPIC_OR_PARTITION') return `the cluster refuses topic ${topic}`
  return `the cluster has no topic ${topic}; create it, or set allowAutoTopicCreation: true`
}
