import { nameIn } from '../judge/record-name.js'
import type { CommittedView } from './committed-view.js'

/** Which transactions Kafka's consumer has seen up to now. */
export class Seen {
  readonly #view: CommittedView
  readonly #counts = new Map<number, number>()

  constructor(view: CommittedView) {
    this.#view = view
  }

  /** How many records of a transaction are visible now. */
  async recordsOf(transaction: number): Promise<number> {
    for (const { value } of await this.#view.more()) {
      const number = nameIn(value)?.transaction ?? -1
      this.#counts.set(number, (this.#counts.get(number) ?? 0) + 1)
    }
    return this.#counts.get(transaction) ?? 0
  }
}
