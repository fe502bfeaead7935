import { silentMs } from './reasons.js'
import type { BrokerSnapshot } from './snapshot.js'

/** Notices when a broker falls silent, and when it answers again. */
export class Silences {
  /** For how long each silent broker had answered nothing when it was last seen, in ms. */
  readonly #silent = new Map<number, number>()

  /** @returns a sentence for each broker that has fallen silent, or answers again, since the last call */
  seen(brokers: readonly BrokerSnapshot[]): string[] {
    return brokers.flatMap(({ id, silentMs: ms }) => this.#changeOf(id, ms))
  }

  #changeOf(id: number, ms: number): string[] {
    const before = this.#silent.get(id)
    if (ms >= silentMs) {
      this.#silent.set(id, ms)
      return before === undefined ? [`broker ${id} answers nothing`] : []
    }
    this.#silent.delete(id)
    const text = `broker ${id} answers again, after about ${Math.round((before ?? 0) / 1_000)} s`
    return before === undefined ? [] : [text]
  }
}
