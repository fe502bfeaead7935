import type { Delivery, Settlement } from '../../delivery.js'
import type { AccumulatorRuntime } from '../../runtime.js'
import { logThrown } from '../log-thrown.js'
import { Runs } from './runs.js'

/**
 * Who hears of each record of one batch. Most records of a batch share delivery and timestamp, and many have nothing
 * of their own to be told with, so that a batch of a thousand records may need no array at all: with ten thousand
 * batches open, four growing arrays in each cost more than all the rest.
 */
export class BatchDeliveries {
  #heldBytes = 0
  #count = 0
  // The newest record's; the runs exist once there were others. Kept here, where each append looks, for the cache.
  #delivery: Delivery
  #timestamp: number
  #deliveries: Runs<Delivery> | null = null
  #timestamps: Runs<number> | null = null
  /** `a` and `b` of each record in turn; null while none has any. */
  #own: unknown[] | null = null
  readonly #expected: number

  /** @param expected - about how many records there will be */
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
    if (a !== undefined || b !== undefined || this.#own !== null) this.#keep(index, a, b)
  }

  /** What `count` of them, from `first` on, hold of `bufferBytes`. */
  heldBytes(first: number, count: number): number {
    if (count === this.#count) return this.#heldBytes
    let bytes = 0
    for (let index = first; index < first + count; index++) bytes += this.#of(index).heldBytes
    return bytes
  }

  timestamp(index: number): number {
    return this.#timestamps === null ? this.#timestamp : this.#timestamps.at(index)
  }

  /** Tells `count` records from `first` on, in order, in one pass. What one throws is logged and harms no other. */
  settle(
    settlement: Settlement,
    first: number,
    count: number,
    topic: string,
    logger: AccumulatorRuntime['logger'],
  ): void {
    const own = this.#own
    for (let index = first; index < first + count; index++) {
      const delivery = this.#of(index)
      try {
        if (own === null) delivery.settle(settlement, index, undefined, undefined)
        else delivery.settle(settlement, index, own[2 * index], own[2 * index + 1])
      } catch (thrown) {
        logThrown(logger, topic, thrown)
      }
    }
  }

  /** All have been told. Their batch may live on until its buffer is released, but not what is the records' own. */
  letGo(): void {
    this.#own = null
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
    this.#own ??= new Array<unknown>(2 * Math.max(this.#expected, index + 1))
    this.#own[2 * index] = a
    this.#own[2 * index + 1] = b
  }
}
