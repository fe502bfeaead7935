import type { NetworkRuntime } from '../runtime.js'
import type { MetadataCache } from './metadata-cache.js'
import type { MetadataAgenda } from './metadata-schedule.js'

/** Lets go of topics that nobody has used for a while, so that refreshes stay as small as what is in use. */
export class IdleTopics {
  readonly #runtime: NetworkRuntime
  readonly #maxIdleMs: number
  readonly #agenda: MetadataAgenda
  readonly #cache: MetadataCache
  #sweptAt: number

  constructor(
    runtime: NetworkRuntime,
    maxIdleMs: number,
    agenda: MetadataAgenda,
    cache: MetadataCache,
  ) {
    this.#runtime = runtime
    this.#maxIdleMs = maxIdleMs
    this.#agenda = agenda
    this.#cache = cache
    this.#sweptAt = runtime.now()
  }

  /** To be called before each question. Use costs a mark, not a clock: a topic goes when it was not used from one sweep to the next. */
  sweep(): void {
    const now = this.#runtime.now()
    if (now - this.#sweptAt < this.#maxIdleMs) return
    this.#sweptAt = now
    for (const topic of this.#agenda.takeUnused((name) => this.#cache.takeUse(name)))
      this.#cache.forget(topic)
  }
}
