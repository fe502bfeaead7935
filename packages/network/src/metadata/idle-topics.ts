import type { NetworkRuntime } from '../runtime.js'
import type { MetadataCache } from './metadata-cache.js'
import type { MetadataSchedule } from './metadata-schedule.js'

/**
 * Forgets topics that have not been used for a while, so that a refresh asks only for topics in use. The front of the
 * accumulator hears of it, and wants a topic again whose records still wait.
 */
export class IdleTopics {
  readonly #runtime: NetworkRuntime
  readonly #maxIdleMs: number
  readonly #schedule: MetadataSchedule
  readonly #cache: MetadataCache
  #sweptAt: number

  constructor(
    runtime: NetworkRuntime,
    maxIdleMs: number,
    schedule: MetadataSchedule,
    cache: MetadataCache,
  ) {
    this.#runtime = runtime
    this.#maxIdleMs = maxIdleMs
    this.#schedule = schedule
    this.#cache = cache
    this.#sweptAt = runtime.now()
  }

  /** When the next sweep is due, monotonic ms; Infinity while there is no topic. */
  get nextAt(): number {
    return this.#schedule.empty ? Infinity : this.#sweptAt + this.#maxIdleMs
  }

  /**
   * To be called before each request, and at `nextAt`. A use only sets a mark and reads no clock: a topic is forgotten when it was not used
   * from one sweep to the next.
   * @returns whether topics were forgotten
   */
  sweep(): boolean {
    const now = this.#runtime.now()
    if (now - this.#sweptAt < this.#maxIdleMs) return false
    this.#sweptAt = now
    const unused = this.#schedule.takeUnused((name) => this.#cache.takeUse(name))
    for (const topic of unused) this.#cache.forget(topic)
    return unused.length > 0
  }
}
