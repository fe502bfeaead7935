import { BrokerSlot, slotCells } from './broker-slot.js'
import type { Cells } from './cells.js'

/** So many brokers have figures of their own at a time. What others do is in the totals alone. */
const slotCount = 256
/** How many numbers the slots of all brokers take. */
export const brokerCells = slotCount * slotCells

/** The brokers, in a fixed number of slots: a broker that is gone makes room for another one. */
export class BrokerSlots {
  readonly #memory: Float64Array
  /** Made when they are first used. */
  readonly #slots: BrokerSlot[] = []
  readonly #byId = new Map<number, BrokerSlot>()

  constructor(cells: Cells) {
    this.#memory = cells.take(brokerCells)
    // Another thread may have begun these figures, and has died.
    for (const one of this.all()) this.#byId.set(one.id, one)
  }

  /** @returns null for a bootstrap server, and where all slots are in use */
  of(id: number, now: number): BrokerSlot | null {
    return this.#byId.get(id) ?? (id < 0 ? null : this.#begin(id, now))
  }

  /** All that have a broker. Slots are given out in order, and none is ever without a broker again. */
  *all(): Generator<BrokerSlot> {
    for (let at = 0; at < slotCount; at++) {
      const one = this.#slotAt(at)
      if (one.id < 0) return
      yield one
    }
  }

  /** The brokers that are of interest now. */
  inUse(now: number): BrokerSlot[] {
    return [...this.all()].filter((one) => one.isInUse(now))
  }

  #begin(id: number, now: number): BrokerSlot | null {
    const free = this.#free(now)
    if (free === null) return null
    this.#byId.delete(free.id)
    free.begin(id, now)
    this.#byId.set(id, free)
    return free
  }

  #free(now: number): BrokerSlot | null {
    for (let at = 0; at < slotCount; at++) {
      const one = this.#slotAt(at)
      if (!one.isInUse(now)) return one
    }
    return null
  }

  #slotAt(at: number): BrokerSlot {
    const start = at * slotCells
    return (this.#slots[at] ??= new BrokerSlot(this.#memory.subarray(start, start + slotCells)))
  }
}
