import type { NetworkRuntime } from '../runtime.js'

/**
 * The time for which a broker does not read one connection, because it throttles the client. The time-outs of that connection
 * stand still meanwhile. Another connection to the same broker is not muted by it.
 */
export class MutedTime {
  readonly #runtime: NetworkRuntime
  #until = -Infinity

  constructor(runtime: NetworkRuntime) {
    this.#runtime = runtime
  }

  /**
   * The broker does not read for `ms` from now on.
   * @returns by how many milliseconds this makes the time longer
   */
  extend(ms: number): number {
    const now = this.#runtime.now()
    const longerBy = now + ms - Math.max(now, this.#until)
    if (longerBy <= 0) return 0
    this.#until = now + ms
    return longerBy
  }
}
