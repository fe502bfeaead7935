import type { AccumulatorRuntime } from '../../runtime.js'
import { type Link, LinkedList } from './linked-list.js'

/** Hands each item back after the same delay, unless it was removed before. One timer serves all items. */
export class DelayLine<Item extends { readonly since: number }> {
  /** Ordered by `since`, for items are added in that order. */
  readonly #items = new LinkedList<Item>()
  readonly #delayMs: number
  readonly #runtime: AccumulatorRuntime
  readonly #elapsed: (item: Item) => void
  #timer: unknown = null

  constructor(delayMs: number, runtime: AccumulatorRuntime, elapsed: (item: Item) => void) {
    this.#delayMs = delayMs
    this.#runtime = runtime
    this.#elapsed = elapsed
  }

  [Symbol.iterator](): IterableIterator<Item> {
    return this.#items[Symbol.iterator]()
  }

  get size(): number {
    return this.#items.size
  }

  get first(): Item | null {
    return this.#items.first
  }

  /** @returns the place of the item, by which it can be removed */
  add(item: Item): Link<Item> {
    if (this.#timer === null) this.#arm(item.since + this.#delayMs - this.#runtime.now())
    return this.#items.add(item)
  }

  takeAll(): Item[] {
    const all = [...this.#items]
    while (this.#items.size > 0) this.#items.removeFirst()
    return all
  }

  /** No item will be added any more: leaves no timer behind. */
  stop(): void {
    this.#runtime.clearTimeout(this.#timer)
    this.#timer = null
  }

  #arm(ms: number): void {
    // Rounded up: a timer that fires a fraction early would only have to be armed again.
    this.#timer = this.#runtime.setTimeout(() => this.#fire(), Math.max(0, Math.ceil(ms)))
  }

  /** `elapsed` may add items. The timer counts as armed until the end, and items without a delay wait for its next firing. */
  #fire(): void {
    const now = this.#runtime.now()
    for (let due = this.#items.size; due > 0; due--) {
      const { first } = this.#items
      if (first === null) break
      const left = first.since + this.#delayMs - now
      if (left > 0) return this.#arm(left)
      this.#items.removeFirst()
      this.#elapsed(first)
    }
    if (this.#items.first === null) this.#timer = null
    else this.#arm(this.#items.first.since + this.#delayMs - now)
  }
}
