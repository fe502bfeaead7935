import type { NetworkRuntime } from '../runtime.js'

/** No quota of Kafka asks for more; a broker that does is not obeyed for ever. */
const maxMuteMs = 300_000

/** How long a broker has asked us to send it nothing (KIP-219). */
export class Mute {
  readonly #runtime: NetworkRuntime
  readonly #over: () => void
  #until = -Infinity
  #timer: unknown

  constructor(runtime: NetworkRuntime, over: () => void) {
    this.#runtime = runtime
    this.#over = over
  }

  get active(): boolean {
    return this.#timer !== undefined
  }

  /** @returns by how many milliseconds this makes the silence longer */
  extend(ms: number): number {
    const now = this.#runtime.now()
    const until = now + Math.min(ms, maxMuteMs)
    const longerBy = until - Math.max(now, this.#until)
    if (longerBy <= 0) return 0
    this.stop()
    this.#until = until
    this.#timer = this.#runtime.setTimeout(() => {
      this.#timer = undefined
      this.#over()
    }, until - now)
    return longerBy
  }

  stop(): void {
    if (this.#timer !== undefined) this.#runtime.clearTimeout(this.#timer)
    this.#timer = undefined
  }
}
