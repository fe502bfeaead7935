import { groupDelivery } from '../delivery/group-delivery.js'
import { HeldBackRests } from './held-back-rests.js'
import { isHeldBack, mustWait, neverInBatch } from './intake.js'
import type { PendingRecord, TargetTopic } from './pending-record.js'
import { type ManyRecordsDeps, RestOfMany } from './rest-of-many.js'

/**
 * Takes the records of one `sendMany`, in order. Records that must wait are copied, as those of `send` are, while the front
 * has room. Beyond that one place in the line stands for all the rest of a topic, and the rest is appended as room comes.
 * What goes to partitions that are held back waits with these, in places of its own.
 */
export class ManyRecords {
  readonly #deps: ManyRecordsDeps
  readonly #rests = new Map<TargetTopic, RestOfMany>()
  readonly #heldBack: HeldBackRests
  /** The tickets of copied records, and their topics. */
  readonly #tickets: number[] = []
  readonly #topics: TargetTopic[] = []
  /** How many are in no batch, and surely never will be. */
  #inNoBatch = 0
  #left = 0

  constructor(deps: ManyRecordsDeps) {
    this.#deps = deps
    this.#heldBack = new HeldBackRests(deps)
  }

  /** Whether all have failed already, at least one record, before any was in a batch. */
  get refused(): boolean {
    return this.#inNoBatch > 0 && this.#inNoBatch === this.#deps.records.count
  }

  take(): void {
    for (let at = 0; at < this.#deps.records.count; at++) this.#take(at)
  }

  /** How many records have left the line because the caller did. */
  get left(): number {
    return this.#left
  }

  /** Takes out all that wait. @returns whether surely no record is in a batch */
  leave(): boolean {
    for (const rest of this.#rests.values()) this.#left += rest.leavingRecords
    this.#left += this.#heldBack.leavingRecords
    for (const rest of this.#rests.values()) this.#inNoBatch += rest.leave()
    this.#inNoBatch += this.#heldBack.leave()
    // The last record first. A record that leaves the line makes room for those behind it, and these are to leave, too.
    for (let at = this.#tickets.length - 1; at >= 0; at--)
      if (this.#topics[at]!.front.leave(this.#tickets[at]!)) this.#leftAlone()
    return this.#inNoBatch === this.#deps.records.count
  }

  #leftAlone(): void {
    this.#inNoBatch++
    this.#left++
  }

  #take(at: number): void {
    const { records, intake, group } = this.#deps
    const rest = this.#rests.get(records.topicOf(at))
    if (rest?.add(at) === true) return
    const pending = intake.borrow()
    records.read(at, pending)
    const end = intake.offer(pending, groupDelivery, group, at)
    if (end === mustWait) this.#wait(at, pending)
    else if (end === neverInBatch) this.#inNoBatch++
    if (end !== mustWait) records.forget(at)
    intake.giveBack(pending)
  }

  #wait(at: number, pending: PendingRecord): void {
    const { front, intake, records } = this.#deps
    const { topic } = pending
    if (isHeldBack(pending) && this.#heldBack.join(at, pending)) return
    if (!front.hasRoom) return this.#waitUncopied(at, pending)
    this.#heldBack.close(topic)
    const ticket = intake.wait(pending)
    records.forget(at)
    if (ticket === neverInBatch) return void this.#inNoBatch++
    this.#tickets.push(ticket)
    this.#topics.push(topic)
  }

  #waitUncopied(at: number, pending: PendingRecord): void {
    if (isHeldBack(pending)) this.#heldBack.take(at, pending)
    else this.#waitForAll(at, pending.topic)
  }

  #waitForAll(at: number, topic: TargetTopic): void {
    const before = this.#rests.get(topic)
    if (before !== undefined) this.#inNoBatch += before.leave()
    const rest = new RestOfMany(topic, this.#deps, this.#heldBack, -1)
    this.#rests.set(topic, rest)
    rest.add(at)
    rest.wait()
  }
}
