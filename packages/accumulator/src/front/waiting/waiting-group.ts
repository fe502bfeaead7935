import type { KafkaError } from '@sluice/protocol'
import type { Link, LinkedList } from '../lists/linked-list.js'
import type { HoldablePartition } from './held-back.js'
import type { CopiedRecords } from './records/copied-records.js'
import type { QuestionedTopic } from './topic-questions.js'

/** What this room must know of a topic. */
export interface WaitingTopic extends QuestionedTopic {
  readonly name: string
  /** Whether its metadata is known. */
  readonly ready: boolean
  /** Set while the cluster refuses the topic for good. */
  readonly refusal: KafkaError | null
  /** Its groups that wait for its metadata, or for what a record before them lacks. */
  readonly forMetadata: LinkedList<WaitingGroup>
  /** Its newest group of copies: the next record may join it. */
  newest: WaitingGroup | null
  /** The same for records that are parked at once. */
  newestParked: WaitingGroup | null
  /** The partition, if it is held back. */
  holding(partition: number): HoldablePartition | null
}

/** What a group costs beside its records: itself, its links and its place in a map. */
export const groupBytes = 1_024

/**
 * Records of one topic that stand one behind the other in the line. A group has one place and one time in it, for a
 * place of its own for each record would cost more than the record.
 */
export class WaitingGroup {
  /** Counts all groups that ever were. */
  readonly number: number
  /** The number by which flushes wait for it. Less than `number` where its record was a part of another group's before. */
  readonly order: number
  readonly topic: WaitingTopic
  records: CopiedRecords
  /** False while its one record lacks its key or value. */
  whole = true
  /** Since when its first record has waited, in monotonic milliseconds. */
  readonly began: number
  /** Since when its newest record has waited, in monotonic milliseconds. */
  since: number
  /** No record before this one waits in the line any more. */
  #first = 0
  /** Its places in the two lists of `WaitingGroups`. */
  inOrder: Link<WaitingGroup> | null = null
  inTime: Link<WaitingGroup> | null = null
  /** In the line for metadata or for memory, or among the groups of which all records are parked. */
  inLine: Link<WaitingGroup> | null = null

  constructor(
    number: number,
    order: number,
    topic: WaitingTopic,
    records: CopiedRecords,
    since: number,
  ) {
    this.number = number
    this.order = order
    this.topic = topic
    this.records = records
    this.began = since
    this.since = since
  }

  get heldBytes(): number {
    return groupBytes + this.records.heldBytes
  }

  /** The index of the first record that waits and is not parked; `count` when there is none. */
  get first(): number {
    const { records } = this
    while (this.#first < records.count && !records.has(this.#first)) this.#first++
    return this.#first
  }

  /** The first record is parked. */
  parkFirst(): void {
    this.#first++
  }
}
