import { observerMethods, type ProducerObserver } from '../../observer.js'
import type { ListenMessage } from './thread-messages.js'

/**
 * Which methods of the observer are there, as the thread knows it. A channel of Node tells nobody when somebody subscribes, so this asks
 * whenever something goes over anyway.
 */
export class Listened {
  readonly #observer: ProducerObserver
  /** A bit for each method. */
  #told = 0

  constructor(observer: ProducerObserver) {
    this.#observer = observer
  }

  /** For a thread that starts. */
  begin(): readonly (keyof ProducerObserver)[] {
    this.#told = this.#now()
    return this.#methods()
  }

  /** What the thread must hear first; null where nothing has changed. */
  change(): ListenMessage | null {
    const now = this.#now()
    if (now === this.#told) return null
    this.#told = now
    return { type: 'listen', observed: this.#methods() }
  }

  /** Without an object, since it is asked in each turn. */
  #now(): number {
    let bits = 0
    for (let at = 0; at < observerMethods.length; at++)
      if (this.#observer[observerMethods[at]!] !== undefined) bits |= 1 << at
    return bits
  }

  #methods(): (keyof ProducerObserver)[] {
    return observerMethods.filter((_, at) => (this.#told & (1 << at)) !== 0)
  }
}
