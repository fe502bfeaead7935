/** Labels in place of member ids, which are made up: so the answers of two clusters can be compared. */
export class MemberLabels {
  readonly #labels = new Map<string, string>()
  readonly #counts = new Map<string, number>()

  /** A client has been given an id. A further one is the second of its name. */
  note(memberId: string, name: string): void {
    if (memberId === '' || this.#labels.has(memberId)) return
    const count = (this.#counts.get(name) ?? 0) + 1
    this.#counts.set(name, count)
    this.#labels.set(memberId, count === 1 ? name : `${name} ${count}`)
  }

  /** The value with labels in place of all ids, wherever they are in it, and with sorted arrays in place of sets. */
  applyTo(value: unknown): unknown {
    if (typeof value === 'string') return this.#labels.get(value) ?? value
    if (value instanceof Set) return sorted([...value].map((one) => this.applyTo(one)))
    return Array.isArray(value) ? value.map((one) => this.applyTo(one)) : value
  }
}

function sorted(values: readonly unknown[]): unknown[] {
  return values.toSorted((one, other) => (String(one) < String(other) ? -1 : 1))
}
