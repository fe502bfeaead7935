import type { AccumulatorFront, Delivery, Placed, Placer, Settlement } from '@sluice/accumulator'
import { type DeliveryGroup, groupDelivery } from '../delivery/group-delivery.js'
import type { CheckedRecords } from './checked-records.js'
import { type Intake, mustWait, neverInBatch } from './intake.js'
import { PendingRecord, type TargetTopic } from './pending-record.js'

/** What the records of one `sendMany` share. */
export interface ManyRecordsDeps {
  readonly front: AccumulatorFront
  readonly intake: Intake
  readonly records: CheckedRecords
  readonly group: DeliveryGroup
}

/** Takes records of a rest whose partitions are held back. */
export interface HeldBackRecords {
  /** Lets the record wait with its partition, behind all that wait there. */
  take(at: number, pending: PendingRecord): void
}

/** What stands in the line in place of the records. */
const placeholder = { partition: -1, key: null, value: null, headers: null, timestamp: 0 }
/** Of the object itself. Its records are the caller's, who holds far more of each than a few places in arrays. */
const heldBytes = 1_024

/**
 * The records of one topic for which a `sendMany` has no room yet. They hold one place in the line together, so records
 * that are sent later stay behind them, and are not copied: however many they are, the memory stays within `bufferBytes`.
 * A record whose partition is held back does not stop the others: it goes on to the rest of its partition.
 */
export class RestOfMany implements Placer {
  readonly inParts = true
  readonly #topic: TargetTopic
  readonly #deps: ManyRecordsDeps
  /** The partition of all records; −1 where each has its own. */
  readonly #partition: number
  readonly #heldBack: HeldBackRecords
  /** The places of the records in the input. */
  readonly #places: number[] = []
  readonly #pending = new PendingRecord()
  readonly #delivery: Delivery = {
    heldBytes,
    settle: (settlement) => this.#fail(settlement),
  }
  #next = 0
  #inBatch = 0
  /** How many went on to the rests of their partitions. */
  #parked = 0
  #ticket = -1
  /** While a record is being appended, it is not known whether it will be in a batch. */
  #inTurn = false
  #ended = false

  constructor(
    topic: TargetTopic,
    deps: ManyRecordsDeps,
    heldBack: HeldBackRecords,
    partition: number,
  ) {
    this.#topic = topic
    this.#deps = deps
    this.#heldBack = heldBack
    this.#partition = partition
  }

  /** Whether no record of the rest waits any more. */
  get ended(): boolean {
    return this.#ended
  }

  /** How many records wait in this place. */
  get waitingRecords(): number {
    return this.#ended ? 0 : this.#places.length - this.#next
  }

  /** How many of them would leave now: the one that is being appended may be in a batch. */
  get leavingRecords(): number {
    return this.waitingRecords === 0 ? 0 : this.waitingRecords - (this.#inTurn ? 1 : 0)
  }

  /** @returns false when no record of the rest waits any more */
  add(at: number): boolean {
    if (this.#ended) return false
    this.#deps.records.defer(at)
    this.#places.push(at)
    return true
  }

  wait(): void {
    const record = { ...placeholder, partition: this.#partition }
    this.#ticket = this.#topic.front.wait(record, this.#delivery, undefined, undefined, this)
  }

  /** The same before serializers have answered: no record is appended before `complete`. */
  reserve(): void {
    const { front } = this.#topic
    this.#ticket = front.reserve!(placeholder, this.#delivery, undefined, undefined, this)
  }

  /** Serializers have answered. */
  complete(): void {
    this.#topic.front.complete!(this.#ticket, undefined, undefined)
  }

  place(): Placed {
    const first = this.#next
    while (this.#next < this.#places.length && !this.#ended)
      if (!this.#takeNext()) return this.#next > first ? 'partly' : false
    this.#ended = true
    return true
  }

  /** No record of the rest is appended any more. @returns how many are surely in no batch */
  leave(): number {
    this.#ended = true
    this.#topic.front.leave(this.#ticket)
    return this.#places.length - this.#inBatch - this.#parked - (this.#inTurn ? 1 : 0)
  }

  /** @returns false when there is no room */
  #takeNext(): boolean {
    const { intake, records, group } = this.#deps
    const at = this.#places[this.#next]!
    records.read(at, this.#pending)
    if (this.#partition >= 0) this.#pending.givenPartition = this.#partition
    this.#inTurn = true
    const end = intake.place(this.#pending, groupDelivery, group, at)
    this.#inTurn = false
    if (end === mustWait) return this.#parks(at)
    this.#pending.clear()
    this.#next++
    if (end !== neverInBatch) this.#inBatch++
    records.forget(at)
    return true
  }

  /** @returns false when the record has no room, but not because its partition is held back */
  #parks(at: number): boolean {
    const pending = this.#pending
    const isHeldBack = this.#topic.front.isHeldBack?.(pending.partition) === true
    const parks = isHeldBack && this.#partition < 0 && !this.#ended
    if (parks) {
      this.#next++
      this.#parked++
      this.#heldBack.take(at, pending)
    }
    pending.clear()
    return parks
  }

  #fail(settlement: Settlement): void {
    this.#ended = true
    const { records, group } = this.#deps
    for (; this.#next < this.#places.length; this.#next++) {
      const at = this.#places[this.#next]!
      groupDelivery.settle(settlement, 0, group, at)
      records.forget(at)
    }
  }
}
