/**
 * One value for each record of a group. While all are the same, as the deliveries mostly are, it is kept once: a hundred
 * thousand waiting records fit in the memory only because each of them costs a few words.
 */
export class Column<Value> {
  #count = 0
  #same: Value | undefined
  #each: (Value | undefined)[] | null = null

  add(value: Value): void {
    if (this.#count === 0) this.#same = value
    else if (this.#each === null && value !== this.#same)
      this.#each = Array.from({ length: this.#count }, () => this.#same)
    this.#each?.push(value)
    this.#count++
  }

  at(index: number): Value {
    return (this.#each === null ? this.#same : this.#each[index]) as Value
  }

  /** The record has left. Its value need not live as long as the group. */
  forget(index: number): void {
    if (this.#each === null) return
    this.#each[index] = undefined
    this.#same = undefined
  }
}
