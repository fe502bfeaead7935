/** A value for each index, where neighbours mostly have the same: only where one begins to differ is kept. */
export class Runs<Value> {
  readonly #values: Value[]
  readonly #starts = [0]
  /** The run that was asked for last: neighbours are asked for one after the other. */
  #asked = 0

  /** @param first - the value from index 0 on */
  constructor(first: Value) {
    this.#values = [first]
  }

  /** From this index on, behind all that began before, the value is another. */
  begin(index: number, value: Value): void {
    this.#values.push(value)
    this.#starts.push(index)
  }

  at(index: number): Value {
    const starts = this.#starts
    let run = this.#asked
    while (starts[run]! > index) run--
    while (run + 1 < starts.length && starts[run + 1]! <= index) run++
    this.#asked = run
    return this.#values[run]!
  }
}
