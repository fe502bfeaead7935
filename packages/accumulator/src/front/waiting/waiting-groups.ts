import type { AccumulatorRuntime } from '../../runtime.js'
import { DelayLine } from '../lists/delay-line.js'
import { LinkedList } from '../lists/linked-list.js'
import type { CopiedRecords } from './records/copied-records.js'
import { WaitingGroup, type WaitingTopic } from './waiting-group.js'

/** A ticket is the number of the group times this, and the index of the record. */
const ticketsOfGroup = 2 ** 21

/** A flush that waits until every group up to a number has gone. */
interface FlushWaiter {
  readonly lastNumber: number
  readonly end: () => void
}

/** All groups in the line, by number and by time, and the flushes that wait for them. */
export class WaitingGroups {
  /** By the time at which they fail. */
  readonly #inTime: DelayLine<WaitingGroup>
  readonly #inOrder = new LinkedList<WaitingGroup>()
  readonly #byNumber = new Map<number, WaitingGroup>()
  readonly #flushes = new LinkedList<FlushWaiter>()
  #lastNumber = 0
  /** Groups up to this number take no more records. */
  #lastClosed = 0

  constructor(
    maxBlockMs: number,
    runtime: AccumulatorRuntime,
    elapsed: (group: WaitingGroup) => void,
  ) {
    this.#inTime = new DelayLine(maxBlockMs, runtime, elapsed)
  }

  /** The number of the newest group that ever was. */
  get newest(): number {
    return this.#lastNumber
  }

  /** How many records wait, all those included for which one stands. */
  get waitingRecords(): number {
    let waiting = 0
    for (const { records } of this.#inOrder) waiting += records.waitingRecords
    return waiting
  }

  /** Since when the oldest group waits, in monotonic milliseconds; null where there is none. */
  get since(): number | null {
    return this.#inOrder.first?.began ?? null
  }

  /** In the order in which their records began to wait. */
  [Symbol.iterator](): IterableIterator<WaitingGroup> {
    return this.#inOrder[Symbol.iterator]()
  }

  /** @param partOf - the group whose flushes must wait for this one, too; null for a group of its own */
  add(
    topic: WaitingTopic,
    records: CopiedRecords,
    now: number,
    partOf: WaitingGroup | null,
  ): WaitingGroup {
    const number = ++this.#lastNumber
    const group = new WaitingGroup(number, partOf?.order ?? number, topic, records, now)
    this.#byNumber.set(number, group)
    const before = partOf?.inOrder ?? null
    group.inOrder =
      before === null ? this.#inOrder.add(group) : this.#inOrder.addBefore(before, group)
    group.inTime = this.#inTime.add(group)
    return group
  }

  /** The wait of the group begins anew. */
  renew(group: WaitingGroup, now: number): void {
    group.inTime?.remove()
    group.since = now
    group.inTime = this.#inTime.add(group)
  }

  /** Undefined once all its records have left. */
  ofTicket(ticket: number): WaitingGroup | undefined {
    return this.#byNumber.get(Math.floor(ticket / ticketsOfGroup))
  }

  /** Whether the record still waits. */
  waits(ticket: number): boolean {
    return this.ofTicket(ticket)?.records.has(this.indexOf(ticket)) === true
  }

  ticketOf({ number }: WaitingGroup, index: number): number {
    return number * ticketsOfGroup + index
  }

  indexOf(ticket: number): number {
    return ticket % ticketsOfGroup
  }

  /** Records that come later are in other groups. */
  closeAll(): void {
    this.#lastClosed = this.#lastNumber
  }

  isClosed({ number }: WaitingGroup): boolean {
    return number <= this.#lastClosed
  }

  /** All records of the group have left. */
  remove(group: WaitingGroup): void {
    this.#byNumber.delete(group.number)
    group.inOrder?.remove()
    group.inTime?.remove()
    group.inLine?.remove()
    if (group.topic.newest === group) group.topic.newest = null
    if (group.topic.newestParked === group) group.topic.newestParked = null
    for (let { first } = this.#flushes; first !== null; { first } = this.#flushes) {
      if (!this.#areGone(first.lastNumber)) return
      this.#flushes.removeFirst()
      first.end()
    }
  }

  /** Calls `end` when all groups that there are now have gone. */
  whenGone(end: () => void): void {
    this.closeAll()
    if (this.#areGone(this.#lastNumber)) end()
    else this.#flushes.add({ lastNumber: this.#lastNumber, end })
  }

  /** No group will be added any more: leaves no timer behind. */
  stop(): void {
    this.#inTime.stop()
  }

  #areGone(lastNumber: number): boolean {
    const { first } = this.#inOrder
    return first === null || first.order > lastNumber
  }
}
