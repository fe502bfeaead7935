import { type Delivery, logThrown, type Settlement } from '../../delivery.js'
import type { AccumulatorRuntime } from '../../runtime.js'

/** The first array for the values of records has room for so many of them, where it is not known how many come. */
const fewestRecords = 8
/** Where so many are expected, it has room for them at once. It takes 16 kB, and with records of a usual size it never grows. */
const usualRecords = 1_024
/** An array that grows has room for so many times the records that the batch has. */
const roomPerRecord = 4

/**
 * The deliveries of the records of one batch. Most records of a batch share delivery and timestamp, and many the values for
 * `settle`, as where one callback serves all. So a batch of a thousand records may need no array at all: with ten thousand
 * open batches, four growing arrays in each cost more than everything else.
 */
export class BatchDeliveries {
  #heldBytes = 0
  #count = 0
  // Delivery and timestamp of the newest record. The runs exist only once a record had another. The fields are kept
  // here, where each append looks, for the processor's cache.
  #delivery: Delivery
  #timestamp: number
  #deliveries: Runs<Delivery> | null = null
  #timestamps: Runs<number> | null = null
  /** `a` and `b` of all records, while `#ownValues` is null. */
  #a: unknown = undefined
  #b: unknown = undefined
  /** `a` and `b` of each record, one after the other. Null while all records have the same. */
  #ownValues: unknown[] | null = null
  readonly #expected: number

  /** @param expected - about how many records the batch will have */
  constructor(delivery: Delivery, timestamp: number, expected: number) {
    this.#delivery = delivery
    this.#timestamp = timestamp
    this.#expected = expected
  }

  add(delivery: Delivery, timestamp: number, a: unknown, b: unknown): void {
    const index = this.#count++
    this.#heldBytes += delivery.heldBytes
    if (delivery !== this.#delivery) this.#changeDelivery(index, delivery)
    if (timestamp !== this.#timestamp) this.#changeTimestamp(index, timestamp)
    if (a !== this.#a || b !== this.#b || this.#ownValues !== null) this.#keep(index, a, b)
  }

  /** How much of `bufferBytes` the deliveries of `count` records hold, beginning with record `first`. */
  heldBytes(first: number, count: number): number {
    if (count === this.#count) return this.#heldBytes
    let bytes = 0
    for (let index = first; index < first + count; index++) bytes += this.#of(index).heldBytes
    return bytes
  }

  timestamp(index: number): number {
    return this.#timestamps === null ? this.#timestamp : this.#timestamps.at(index)
  }

  /** Settles `count` records, beginning with record `first`, in order. What a delivery throws is logged. */
  settle(
    settlement: Settlement,
    first: number,
    count: number,
    topic: string,
    logger: AccumulatorRuntime['logger'],
  ): void {
    const own = this.#ownValues
    const a = this.#a
    const b = this.#b
    for (let index = first; index < first + count; index++) {
      const delivery = this.#of(index)
      try {
        if (own === null) delivery.settle(settlement, index, a, b)
        else delivery.settle(settlement, index, own[2 * index], own[2 * index + 1])
      } catch (thrown) {
        logThrown(logger, topic, thrown)
      }
    }
  }

  /** All records have settled. The batch lives on until its buffer is released, but need not keep their values. */
  forgetOwnValues(): void {
    this.#ownValues = null
    this.#a = undefined
    this.#b = undefined
  }

  #of(index: number): Delivery {
    return this.#deliveries === null ? this.#delivery : this.#deliveries.at(index)
  }

  #changeDelivery(index: number, delivery: Delivery): void {
    this.#deliveries ??= new Runs(this.#delivery)
    this.#deliveries.begin(index, delivery)
    this.#delivery = delivery
  }

  #changeTimestamp(index: number, timestamp: number): void {
    this.#timestamps ??= new Runs(this.#timestamp)
    this.#timestamps.begin(index, timestamp)
    this.#timestamp = timestamp
  }

  #keep(index: number, a: unknown, b: unknown): void {
    if (index === 0) {
      this.#a = a
      this.#b = b
      return
    }
    let own = this.#ownValues
    if (own === null || own.length <= 2 * index) own = this.#growOwnValues(index)
    own[2 * index] = a
    own[2 * index + 1] = b
  }

  /** Room for what is expected, but no more than a few times what there is: empty room is counted nowhere. */
  #growOwnValues(index: number): unknown[] {
    const someMore = Math.max(fewestRecords, roomPerRecord * index)
    const records =
      this.#expected > index ? Math.min(this.#expected, Math.max(usualRecords, someMore)) : someMore
    const grown = new Array<unknown>(2 * records)
    const own = this.#ownValues
    for (let at = 0; at < index; at++) {
      grown[2 * at] = own === null ? this.#a : own[2 * at]
      grown[2 * at + 1] = own === null ? this.#b : own[2 * at + 1]
    }
    return (this.#ownValues = grown)
  }
}

/** A value for each index. Neighbours mostly have the same value, so only the index where a run begins is kept. */
class Runs<Value> {
  readonly #values: Value[]
  readonly #starts = [0]
  /** The run of the last answer: neighbours are asked for one after the other. */
  #lastRun = 0

  /** @param first - the value from index 0 on */
  constructor(first: Value) {
    this.#values = [first]
  }

  /** @param index - is after the beginning of every other run */
  begin(index: number, value: Value): void {
    this.#values.push(value)
    this.#starts.push(index)
  }

  at(index: number): Value {
    const starts = this.#starts
    let run = this.#lastRun
    while (starts[run]! > index) run--
    while (run + 1 < starts.length && starts[run + 1]! <= index) run++
    this.#lastRun = run
    return this.#values[run]!
  }
}
