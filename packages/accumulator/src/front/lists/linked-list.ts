/** The place of an item in a list. */
export class Link<Item> {
  readonly item: Item
  /** Null once the item was removed. */
  list: LinkedList<Item> | null
  before: Link<Item> | null
  after: Link<Item> | null = null

  constructor(item: Item, list: LinkedList<Item>, before: Link<Item> | null) {
    this.item = item
    this.list = list
    this.before = before
  }

  /** @returns false when the item was removed before */
  remove(): boolean {
    if (this.list === null) return false
    this.list.unlink(this)
    this.list = null
    // Code that keeps the place of one item must not keep all later items in memory.
    this.before = this.after = null
    return true
  }
}

/**
 * A list of items, first in, first out, from which any item can be removed early. A `Set` keeps that order, too, but to
 * find its first item it passes over all that were deleted before: with a hundred thousand items that costs more than
 * everything else.
 */
export class LinkedList<Item> {
  #first: Link<Item> | null = null
  #last: Link<Item> | null = null
  #size = 0

  get size(): number {
    return this.#size
  }

  get first(): Item | null {
    return this.#first === null ? null : this.#first.item
  }

  get last(): Item | null {
    return this.#last === null ? null : this.#last.item
  }

  add(item: Item): Link<Item> {
    const link = new Link(item, this, this.#last)
    if (this.#last === null) this.#first = link
    else this.#last.after = link
    this.#last = link
    this.#size++
    return link
  }

  /** `place` is the place of an item in this list. */
  addBefore(place: Link<Item>, item: Item): Link<Item> {
    const link = new Link(item, this, place.before)
    link.after = place
    if (place.before === null) this.#first = link
    else place.before.after = link
    place.before = link
    this.#size++
    return link
  }

  removeFirst(): void {
    this.#first?.remove()
  }

  /** From first to last. Meanwhile only the item at hand may be removed. */
  *[Symbol.iterator](): IterableIterator<Item> {
    let link = this.#first
    while (link !== null) {
      const { item, after } = link
      yield item
      link = after
    }
  }

  /** Only for `Link.remove`. */
  unlink({ before, after }: Link<Item>): void {
    if (before === null) this.#first = after
    else before.after = after
    if (after === null) this.#last = before
    else after.before = before
    this.#size--
  }
}
