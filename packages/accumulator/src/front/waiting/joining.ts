import type { Placer, RecordToAppend } from '../../accumulator-front.js'
import type { Delivery } from '../../delivery.js'
import type { AccumulatorRuntime } from '../../runtime.js'
import type { LinkedList } from '../lists/linked-list.js'
import type { HeldBack, HoldablePartition } from './held-back.js'
import { refuse } from './never-appended.js'
import { costIn, type OpenGroups } from './open-groups.js'
import { CopiedRecords } from './records/copied-records.js'
import { recordBytes } from './records/record-bytes.js'
import type { Turn } from './turn.js'
import type { WaitingGroup, WaitingTopic } from './waiting-group.js'
import type { WaitingGroups } from './waiting-groups.js'
import type { WaitingMemory } from './waiting-memory.js'

export interface JoiningDeps {
  readonly runtime: AccumulatorRuntime
  readonly memory: WaitingMemory
  readonly groups: WaitingGroups
  readonly openGroups: OpenGroups
  readonly heldBack: HeldBack
  readonly turn: Turn
  readonly forMemory: LinkedList<WaitingGroup>
  /** The groups of which all records are parked with their partitions. */
  readonly parked: LinkedList<WaitingGroup>
  /** True when a new record of the topic would overtake a record that waits. */
  isAheadOf(topic: WaitingTopic): boolean
}

/** Gives each record that begins to wait its place: with its partition, or at the end of a line. */
export class Joining {
  readonly #deps: JoiningDeps

  constructor(deps: JoiningDeps) {
    this.#deps = deps
  }

  /** @returns as `WaitingLine.join` does */
  join(
    topic: WaitingTopic,
    record: RecordToAppend,
    delivery: Delivery,
    a: unknown,
    b: unknown,
    placer: Placer,
    whole: boolean,
  ): number {
    const { runtime, memory, groups, openGroups, heldBack, parked } = this.#deps
    const now = runtime.now()
    const bytes = recordBytes(record)
    const alone = placer.inParts === true || !whole
    const partOf = alone && whole ? this.#groupAround(topic, record) : null
    const holder = whole ? this.#holderOf(topic, record, partOf) : null
    const line = holder === null ? this.#lineOf(topic, whole) : parked
    const open = openGroups.find(topic, line, bytes, now, alone)
    const cost = costIn(open, bytes, delivery)
    const refusal = memory.refusalOf(cost, line)
    if (refusal !== null) return refuse(delivery, a, b, refusal)
    const records = open?.records ?? new CopiedRecords()
    const index = records.add(record, bytes, delivery, a, b, placer)
    const group = open ?? openGroups.add(topic, line, records, now, partOf)
    group.since = now
    group.whole = whole
    memory.joined(cost, line)
    if (alone) openGroups.close(group)
    const ticket = groups.ticketOf(group, index)
    if (holder !== null) heldBack.park(holder, ticket)
    return ticket
  }

  /** The group whose record is placed now, where that stands for many, and this one is a part of it. */
  #groupAround(topic: WaitingTopic, { partition }: RecordToAppend): WaitingGroup | null {
    const { group } = this.#deps.turn
    return partition >= 0 && group?.topic === topic ? group : null
  }

  /** The partition that holds the record back; null where the record must join the line. */
  #holderOf(
    topic: WaitingTopic,
    { partition }: RecordToAppend,
    partOf: WaitingGroup | null,
  ): HoldablePartition | null {
    if (partition < 0 || !topic.ready) return null
    // A part of the record that has its turn stands before all that wait in the line.
    return partOf !== null || !this.#deps.isAheadOf(topic) ? topic.holding(partition) : null
  }

  /** A record that lacks something stands where those behind it stay, too, until it has that. */
  #lineOf(topic: WaitingTopic, whole: boolean): LinkedList<WaitingGroup> {
    const isNext = whole && topic.ready && topic.forMetadata.size === 0
    return isNext ? this.#deps.forMemory : topic.forMetadata
  }
}
