import type { KafkaError } from '@sluice/protocol'
import type { Placed, Placer, RecordToAppend } from '../../accumulator-front.js'
import { type Delivery, logThrown } from '../../delivery.js'
import type { AccumulatorRuntime } from '../../runtime.js'
import { LinkedList } from '../lists/linked-list.js'
import { CopiedRecords } from './copied-records.js'
import { refuse } from './never-appended.js'
import { recordBytes } from './record-bytes.js'
import { Turn } from './turn.js'
import { unreadable, WaitingErrors } from './waiting-errors.js'
import { groupBytes, type WaitingGroup, type WaitingTopic } from './waiting-group.js'
import { WaitingGroups } from './waiting-groups.js'

/** Records that begin to wait within this part of `maxBlockMs` may share a group, and end their wait together. */
const groupPart = 1_000

/** Says what the first record of a group costs. A full line refuses a million records a second, and none of them needs a group. */
const noRecords = new CopiedRecords()

/**
 * The records that wait for metadata or memory, first in, first out. All lines together hold at most `limit` bytes.
 * Each record fails after `maxBlockMs`, no matter which line it stands in by then.
 */
export class WaitingLine {
  readonly #limit: number
  readonly #maxBlockMs: number
  readonly #runtime: AccumulatorRuntime
  readonly #errors: WaitingErrors
  readonly #groups: WaitingGroups
  readonly #forMemory = new LinkedList<WaitingGroup>()
  readonly #turn = new Turn()
  #onChange: () => void = () => {}
  #bytes = 0
  #size = 0
  /** How many heads of the line for memory have left in this turn of the event loop. */
  #headsLeft = 0
  /** While records are placed, or all of them fail. */
  #paused = false

  constructor(limit: number, maxBlockMs: number, runtime: AccumulatorRuntime) {
    this.#limit = limit
    this.#maxBlockMs = maxBlockMs
    this.#runtime = runtime
    this.#errors = new WaitingErrors(limit, maxBlockMs)
    this.#groups = new WaitingGroups(maxBlockMs, runtime, (group) => this.#expire(group))
  }

  /** How many records wait. */
  get size(): number {
    return this.#size
  }

  /** How many bytes they hold. */
  get bytes(): number {
    return this.#bytes
  }

  /** The number of the newest group that ever was. */
  get newestGroup(): number {
    return this.#groups.newest
  }

  /** True when a new record of the topic would overtake a record that waits. */
  isAheadOf(topic: WaitingTopic): boolean {
    return this.#forMemory.size > 0 || topic.forMetadata.size > 0
  }

  /** @returns a ticket; −1 when the record was refused */
  join(
    topic: WaitingTopic,
    record: RecordToAppend,
    delivery: Delivery,
    a: unknown,
    b: unknown,
    placer: Placer,
  ): number {
    const now = this.#runtime.now()
    const bytes = recordBytes(record)
    const alone = placer.inParts === true
    const open = this.#openGroup(topic, bytes, now, alone)
    const cost =
      open?.records.costOf(bytes, delivery) ?? groupBytes + noRecords.costOf(bytes, delivery)
    // An empty line takes any record that the memory could hold.
    if (this.#size > 0 && this.#bytes + cost > this.#limit) {
      refuse(delivery, a, b, this.#errors.full(this.#size, this.#bytes))
      return -1
    }
    const records = open?.records ?? new CopiedRecords()
    const index = records.add(record, bytes, delivery, a, b, placer)
    const group = open ?? this.#addGroup(topic, records, now)
    if (alone) topic.newest = null
    group.since = now
    this.#errors.joined()
    this.#bytes += cost
    this.#size++
    this.#onChange()
    return this.#groups.ticketOf(group, index)
  }

  /** @returns false when the record is not in the line, or may be appended right now */
  leave(ticket: number): boolean {
    const group = this.#groups.ofTicket(ticket)
    const index = this.#groups.indexOf(ticket)
    if (group === undefined) return false
    if (this.#turn.isOf(group, index)) {
      this.#turn.endWith('left')
      return false
    }
    const wasHead = group === this.#forMemory.first && index === group.first
    if (!this.#remove(group, index)) return false
    if (wasHead) this.#headLeft()
    return true
  }

  /** The topics of the records that wait. */
  topics(): ReadonlySet<WaitingTopic> {
    return new Set(Array.from(this.#groups, ({ topic }) => topic))
  }

  /** Calls the listener after a record has joined or left. */
  onChange(listener: () => void): void {
    this.#onChange = listener
  }

  /** Calls `end` when all that wait now have left, before a record behind them goes on. */
  whenLeft(end: () => void): void {
    this.#groups.whenGone(end)
  }

  /** The metadata of the topic has come: its records go on to the line for memory, in order. */
  admit(topic: WaitingTopic): void {
    for (const group of topic.forMetadata) {
      group.inLine?.remove()
      group.inLine = this.#forMemory.add(group)
    }
  }

  /**
   * Places records, from the head on, as long as they fit. There may be room after memory was given back, after a
   * topic was admitted, and after a head that was too large has left.
   */
  advance(): void {
    if (this.#paused) return
    this.#paused = true
    for (let head = this.#forMemory.first; head !== null; head = this.#forMemory.first)
      if (!this.#placeAll(head)) break
    this.#paused = false
  }

  /**
   * The next record may be small enough. Where thousands leave one after the other, as when their signals are aborted, it
   * is not worth asking each of them whether it has room: most are about to leave, too.
   */
  #headLeft(): void {
    this.#headsLeft++
    if (this.#headsLeft > 1) return
    this.advance()
    this.#runtime.setImmediate(() => {
      const more = this.#headsLeft > 1
      this.#headsLeft = 0
      if (more) this.advance()
    })
  }

  /** Fails all records that wait for the metadata of the topic now, and without partitions those that wait for memory, too. */
  failTopic(topic: WaitingTopic, error: KafkaError): void {
    const groups = [...topic.forMetadata]
    if (!topic.ready)
      for (const group of this.#forMemory) if (group.topic === topic) groups.push(group)
    this.#failGroups(groups, error)
  }

  /** Fails all that wait now. Meanwhile no record goes on, for it could be one of those that are about to fail. */
  failAll(error: KafkaError): void {
    const paused = this.#paused
    this.#paused = true
    this.#failGroups([...this.#groups], error)
    this.#paused = paused
  }

  /** No record will join any more: leaves no timer behind. */
  stop(): void {
    this.#groups.stop()
  }

  /** The group that a record of this many bytes may join. */
  #openGroup(topic: WaitingTopic, bytes: number, now: number, alone: boolean): WaitingGroup | null {
    const group = topic.newest
    if (group === null) return null
    const isOpen =
      !alone &&
      !this.#groups.isClosed(group) &&
      now - group.began <= this.#maxBlockMs / groupPart &&
      group.inLine?.list === this.#lineOf(topic) &&
      !group.records.isFullFor(bytes)
    if (isOpen) return group
    topic.newest = null
    this.#bytes -= group.records.trim()
    return null
  }

  #addGroup(topic: WaitingTopic, records: CopiedRecords, now: number): WaitingGroup {
    const group = this.#groups.add(topic, records, now)
    topic.newest = group
    group.inLine = this.#lineOf(topic).add(group)
    return group
  }

  #lineOf(topic: WaitingTopic): LinkedList<WaitingGroup> {
    return topic.ready && topic.forMetadata.size === 0 ? this.#forMemory : topic.forMetadata
  }

  /** @returns false when one of the records has no room */
  #placeAll(group: WaitingGroup): boolean {
    while (group.records.size > 0) {
      const index = group.first
      this.#turn.begin(group, index)
      const placed = this.#place(group, index)
      const ending = this.#turn.end()
      if (placed === 'partly') this.#groups.renew(group, this.#runtime.now())
      const appended = placed === true
      if (!appended && ending === null) return false
      if (appended || ending === 'left') this.#remove(group, index)
      else this.#fail(group, index, ending!)
    }
    return true
  }

  /** A record whose placer throws is not placed again: it might be appended twice. */
  #place({ records, topic }: WaitingGroup, index: number): Placed {
    try {
      records.read(index)
    } catch (cause) {
      this.#turn.endWith(unreadable(topic.name, cause))
      return false
    }
    try {
      return records.place(index)
    } catch (thrown) {
      logThrown(this.#runtime.logger, topic.name, thrown)
      return true
    }
  }

  #failGroups(groups: readonly WaitingGroup[], error: KafkaError): void {
    // The code of a record that fails may bring in others. They join a group of their own.
    this.#groups.closeAll()
    for (const group of groups)
      for (let at = group.first; at < group.records.count; at++)
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
    this.#bytes -= records.heldBytes
    records.remove(index)
    this.#bytes += records.heldBytes
    this.#size--
    this.#errors.left()
    if (records.size === 0) {
      this.#bytes -= group.heldBytes
      this.#groups.remove(group)
    }
    this.#onChange()
    return true
  }

  #expire(group: WaitingGroup): void {
    const { topic } = group
    const forMetadata = group.inLine?.list === topic.forMetadata
    this.#failGroups([group], this.#errors.timeout(topic, forMetadata))
    if (!this.#isHeadLate()) this.advance()
  }

  /** Many groups expire at the same time. It is not worth placing one that is about to expire. */
  #isHeadLate(): boolean {
    const head = this.#forMemory.first
    return head !== null && this.#runtime.now() - head.since >= this.#maxBlockMs
  }
}
