import type { KafkaError } from '@sluice/protocol'
import {
  notWaiting,
  type Placed,
  type Placer,
  type RecordToAppend,
} from '../../accumulator-front.js'
import { type Delivery, logThrown } from '../../delivery.js'
import type { AccumulatorRuntime } from '../../runtime.js'
import { LinkedList } from '../lists/linked-list.js'
import type { Shares } from '../memory/shares.js'
import { HeldBack, type HoldablePartition } from './held-back.js'
import { Joining } from './joining.js'
import { refuse } from './never-appended.js'
import { OnceATurn } from './once-a-turn.js'
import { OpenGroups } from './open-groups.js'
import type { CopiedRecords } from './records/copied-records.js'
import { Turn } from './turn.js'
import { missingOf, WaitingErrors } from './waiting-errors.js'
import type { WaitingGroup, WaitingTopic } from './waiting-group.js'
import { WaitingGroups } from './waiting-groups.js'
import { WaitingMemory } from './waiting-memory.js'

/**
 * The records that wait for metadata or memory, first in, first out. All lines together hold at most `limit` bytes.
 * Each record fails after `maxBlockMs`, no matter which line it stands in by then.
 */
export class WaitingLine {
  /** What all that wait hold together. */
  readonly memory: WaitingMemory
  readonly groups: WaitingGroups
  leftInTurn = 0
  readonly #maxBlockMs: number
  readonly #runtime: AccumulatorRuntime
  readonly #errors: WaitingErrors
  readonly #openGroups: OpenGroups
  readonly #forMemory = new LinkedList<WaitingGroup>()
  /** The groups of which all records are parked with their partitions. */
  readonly #parked = new LinkedList<WaitingGroup>()
  readonly #heldBack: HeldBack
  readonly #joining: Joining
  readonly #turn: Turn
  /** The next record may be small enough, but where thousands leave in a turn, it is mostly about to leave, too. */
  readonly #headLeft: OnceATurn
  #onChange: () => void = () => {}
  /** While records are placed. */
  #placing = false
  /** Whether a new record would overtake one that waits for memory or is being placed. Each append looks here. */
  #standing = false
  /** While records are placed, or all of them fail. */
  #paused = false

  constructor(shares: Shares, limit: number, maxBlockMs: number, runtime: AccumulatorRuntime) {
    this.#maxBlockMs = maxBlockMs
    this.#runtime = runtime
    this.#turn = new Turn(runtime)
    this.#errors = new WaitingErrors(limit, maxBlockMs)
    this.memory = new WaitingMemory(limit, this.#errors, this.#parked)
    this.groups = new WaitingGroups(maxBlockMs, runtime, (group) => this.#expire(group))
    this.#openGroups = new OpenGroups(this.groups, maxBlockMs, this.#parked, (group, bytes) =>
      this.memory.given(group, bytes),
    )
    this.#heldBack = new HeldBack(shares, (ticket) => this.groups.waits(ticket))
    this.#joining = new Joining({
      runtime,
      memory: this.memory,
      groups: this.groups,
      openGroups: this.#openGroups,
      heldBack: this.#heldBack,
      turn: this.#turn,
      forMemory: this.#forMemory,
      parked: this.#parked,
      isAheadOf: (topic) => this.isAheadOf(topic),
    })
    this.#headLeft = new OnceATurn(runtime, () => this.advance())
  }

  /** True when a new record of the topic would overtake a record that waits. */
  isAheadOf(topic: WaitingTopic): boolean {
    return this.#standing || topic.forMetadata.size > 0
  }

  /**
   * @param whole - false where the record lacks its key or value, and keeps its place until `complete`
   * @returns a ticket; −1 when the record was refused
   */
  join(
    topic: WaitingTopic,
    record: RecordToAppend,
    delivery: Delivery,
    a: unknown,
    b: unknown,
    placer: Placer,
    whole: boolean,
  ): number {
    const ticket = this.#joining.join(topic, record, delivery, a, b, placer, whole)
    if (ticket === notWaiting) return notWaiting
    this.#updateStanding()
    this.#onChange()
    return ticket
  }

  /**
   * A record that lacked its key or value goes on from its place.
   *
   * @param complete - gives the record as it is now, or why it cannot wait
   */
  complete(ticket: number, complete: (group: WaitingGroup) => CopiedRecords | KafkaError): void {
    const group = this.groups.ofTicket(ticket)
    if (group === undefined || group.whole) return
    const end = this.memory.complete(group, complete(group))
    if (end !== null) this.#fail(group, 0, end)
    else if (group.topic.ready) this.admit(group.topic)
    this.#onChange()
    this.advance()
  }

  /** The partition has asked for memory in vain. */
  holdBack(partition: HoldablePartition): void {
    this.#heldBack.add(partition)
    this.#turn.refusedBy(partition)
  }

  /** A record must wait: because others of its partition are parked, or for memory where that is null. */
  refusedBy(partition: HoldablePartition | null): void {
    this.#turn.refusedBy(partition)
  }

  /** Batches of the partition have settled: it may be let in again. Call `advance` then. */
  retry(partition: HoldablePartition): void {
    this.#heldBack.retry(partition)
  }

  /** @returns false when the record is not in the line, or may be appended right now */
  leave(ticket: number): boolean {
    const group = this.groups.ofTicket(ticket)
    const index = this.groups.indexOf(ticket)
    if (group === undefined) return false
    if (this.#turn.isOf(group, index)) {
      this.#turn.endWith('left')
      return false
    }
    const wasFirst =
      !group.whole ||
      group.inLine?.list === this.#parked ||
      (group === this.#forMemory.first && index <= group.first)
    if (!this.#remove(group, index)) return false
    if (wasFirst) this.#headLeft.ask()
    return true
  }

  /** The topics of the records that wait. */
  topics(): ReadonlySet<WaitingTopic> {
    return new Set(Array.from(this.groups, ({ topic }) => topic))
  }

  /** Calls the listener after a record has joined or left. */
  onChange(listener: () => void): void {
    this.#onChange = listener
  }

  /** Calls `end` when all that wait now have left, before a record behind them goes on. */
  whenLeft(end: () => void): void {
    this.groups.whenGone(end)
  }

  /** The metadata of the topic is there: its records go on to the line for memory, in order, up to one that lacks something. */
  admit(topic: WaitingTopic): void {
    for (const group of topic.forMetadata) {
      if (!group.whole) break
      group.inLine?.remove()
      group.inLine = this.#forMemory.add(group)
    }
    this.#updateStanding()
  }

  /**
   * Places records, parked ones and then those of the line from the head on, as long as they fit. There may be room
   * after memory was given back, after a topic was admitted, and after a head that was too large has left.
   */
  advance(): void {
    if (this.#paused) return
    this.#paused = this.#placing = true
    this.#updateStanding()
    if (this.#heldBack.advance((ticket, partition) => this.#placeParked(ticket, partition)))
      for (let head = this.#forMemory.first; head !== null; head = this.#forMemory.first)
        if (!this.#placeAll(head)) break
    this.#paused = this.#placing = false
    this.#updateStanding()
  }

  /** Fails all records that wait for the metadata of the topic now, and without partitions all others of it, too. */
  failTopic(topic: WaitingTopic, error: KafkaError): void {
    const others = topic.ready ? [] : [...this.#parked, ...this.#forMemory]
    const groups = others.filter((group) => group.topic === topic)
    this.#failGroups([...topic.forMetadata, ...groups], error)
  }

  /** Fails all that wait now. Meanwhile no record goes on, for it could be one of those that are about to fail. */
  failAll(error: KafkaError): void {
    const paused = this.#paused
    this.#paused = true
    this.#failGroups([...this.groups], error)
    this.#paused = paused
  }

  /** No record will join any more: leaves no timer behind. */
  stop(): void {
    this.groups.stop()
  }

  /** Places or parks all records of the head. @returns false when one of them has no room */
  #placeAll(group: WaitingGroup): boolean {
    for (let { first } = group; first < group.records.count; first = group.first) {
      if (this.#placeOne(group, first, -1) === true) continue
      const { partition } = this.#turn
      // Its partition is one of many where a record stands for many: its placer parks what is held back.
      if (partition === null || group.records.isInParts(first)) return false
      this.#heldBack.park(partition, this.groups.ticketOf(group, first))
      group.parkFirst()
    }
    if (group.records.size > 0) this.#leaveLine(group)
    return true
  }

  /** All records of the group that still wait are parked. */
  #leaveLine(group: WaitingGroup): void {
    this.#openGroups.close(group)
    group.inLine?.remove()
    group.inLine = this.#parked.add(group)
    this.memory.parked(group)
  }

  #placeParked(ticket: number, partition: HoldablePartition): Placed {
    const group = this.groups.ofTicket(ticket)!
    return this.#placeOne(group, this.groups.indexOf(ticket), partition.index)
  }

  /** @returns true when the record has gone */
  #placeOne(group: WaitingGroup, index: number, partition: number): Placed {
    const end = this.#turn.place(group, index, partition)
    if (end === 'partly') this.groups.renew(group, this.#runtime.now())
    if (end === 'partly' || end === false) return end
    if (end === 'left') this.leftInTurn++
    if (end === true || end === 'left') this.#remove(group, index)
    else this.#fail(group, index, end)
    return true
  }

  #failGroups(groups: readonly WaitingGroup[], error: KafkaError): void {
    // The code of a record that fails may bring in others. They join a group of their own.
    this.groups.closeAll()
    for (const group of groups)
      for (let at = 0; at < group.records.count; at++)
        if (group.records.has(at)) this.#fail(group, at, error)
  }

  #fail(group: WaitingGroup, index: number, error: KafkaError): void {
    if (this.#turn.isOf(group, index)) return this.#turn.endWith(error)
    const { records } = group
    const [delivery, a, b] = [records.deliveryOf(index), records.aOf(index), records.bOf(index)]
    this.#remove(group, index)
    try {
      refuse(delivery, a, b, error)
    } catch (thrown) {
      logThrown(this.#runtime.logger, group.topic.name, thrown)
    }
  }

  /** @returns false when the record has left before */
  #remove(group: WaitingGroup, index: number): boolean {
    const { records } = group
    if (!records.has(index)) return false
    const before = group.heldBytes
    records.remove(index)
    this.memory.left(group, before - (records.size === 0 ? 0 : group.heldBytes))
    if (records.size === 0) {
      this.groups.remove(group)
      if (!group.whole && group.topic.ready) this.admit(group.topic)
      this.#updateStanding()
    }
    this.#onChange()
    return true
  }

  #updateStanding(): void {
    this.#standing = this.#placing || this.#forMemory.size > 0
  }

  #expire(group: WaitingGroup): void {
    this.#failGroups([group], this.#errors.timeout(group.topic, missingOf(group, this.#parked)))
    const head = this.#forMemory.first
    // Many groups expire at the same time. It is not worth placing one that is about to expire, unless it has waited for this one alone.
    const isExpired = head !== null && this.#runtime.now() - head.since >= this.#maxBlockMs
    if (!group.whole || !isExpired) this.advance()
  }
}
