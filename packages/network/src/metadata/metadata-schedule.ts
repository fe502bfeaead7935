import { exponentialBackoff } from '@sluice/protocol'
import type { ResolvedNetworkOptions } from '../options.js'
import type { NetworkRuntime } from '../runtime.js'

/** Which topics to ask for. */
export interface MetadataRequest {
  readonly topics: readonly string[]
  /** Whether these are all topics of interest. */
  readonly full: boolean
}

/**
 * Which metadata to ask for, and when: new topics at once, topics whose answer was not complete together after a
 * back-off, refused ones that are wanted again together after a while, all topics when a refresh is wanted or the metadata grows old. Answers that bring nothing new make the back-off longer
 * as failures do, so that the client never asks in a tight loop.
 */
export class MetadataSchedule {
  readonly #runtime: NetworkRuntime
  readonly #options: ResolvedNetworkOptions
  /** Every topic of interest, and whether it was wanted since the last `takeUnused`. */
  readonly #wanted = new Map<string, boolean>()
  readonly #new = new Set<string>()
  /** Topics whose last answer was not complete, and how many answers in a row were not. */
  readonly #incomplete = new Map<string, number>()
  /** When all of them are asked for again. */
  #incompleteFrom = -Infinity
  /** How many answers for them in a row have named no further incomplete topic. */
  #stillIncomplete = 0
  /** Refused topics that are wanted again, and when all of them are asked for. */
  readonly #refused = new Set<string>()
  #refusedFrom = -Infinity
  #full = false
  #fullFrom = -Infinity
  /** How many answers for all topics in a row have changed nothing. */
  #unchanged = 0
  #staleAt = Infinity
  #answeredAt = -Infinity
  #failures = 0
  #failingSince: number | null = null
  #blockedUntil = -Infinity

  constructor(runtime: NetworkRuntime, options: ResolvedNetworkOptions) {
    this.#runtime = runtime
    this.#options = options
  }

  /** Whether there is interest in no topic. */
  get empty(): boolean {
    return this.#wanted.size === 0
  }

  /**
   * There is interest in this topic.
   * @returns false when that was known already
   */
  want(topic: string): boolean {
    const isNew = !this.#wanted.has(topic)
    this.#wanted.set(topic, true)
    if (isNew) this.#new.add(topic)
    return isNew
  }

  /**
   * Gives up the interest in topics that were neither wanted nor used since the last call.
   * @param isUsed - whether the topic was used
   * @returns the topics given up
   */
  takeUnused(isUsed: (topic: string) => boolean): readonly string[] {
    const unused: string[] = []
    for (const [topic, wanted] of this.#wanted) {
      if (isUsed(topic) || wanted) this.#wanted.set(topic, false)
      else unused.push(topic)
    }
    for (const topic of unused) {
      this.#wanted.delete(topic)
      this.#new.delete(topic)
      this.#incomplete.delete(topic)
      this.#refused.delete(topic)
    }
    return unused
  }

  /** How many answers in a row for this topic were not complete. */
  attempts(topic: string): number {
    return this.#incomplete.get(topic) ?? 0
  }

  /** For how many milliseconds all requests have failed. */
  get failingMs(): number {
    return this.#failingSince === null ? 0 : this.#runtime.now() - this.#failingSince
  }

  /** The topic was refused. Asks for it again after a while, for that may have changed. */
  retry(topic: string): void {
    if (this.#incomplete.has(topic)) return
    if (this.#refused.size === 0)
      this.#refusedFrom = this.#answeredAt + this.#options.retryBackoffMaxMs
    this.#refused.add(topic)
  }

  /** Asks for all topics. */
  refresh(): void {
    this.#full = true
  }

  /** The refresh is not needed any more. */
  cancelRefresh(): void {
    this.#full = false
  }

  /**
   * Whether there is a request to send now. It is asked for each topic that is wanted, which may be twenty thousand before
   * there is a broker to ask, so it lists none.
   */
  isDue(): boolean {
    const now = this.#runtime.now()
    if (now >= this.#staleAt) this.#full = true
    if (now < this.#blockedUntil) return false
    if (this.#full && now >= this.#fullFrom) return true
    if (this.#new.size > 0) return true
    if (this.#incomplete.size > 0 && now >= this.#incompleteFrom) return true
    return this.#refused.size > 0 && now >= this.#refusedFrom
  }

  /** The request to send now; only while `isDue`. The schedule stays as it is until `succeeded` or `failed`. */
  next(): MetadataRequest {
    const now = this.#runtime.now()
    if (this.#full && now >= this.#fullFrom) return { topics: [...this.#wanted.keys()], full: true }
    const topics = [...this.#new]
    if (now >= this.#incompleteFrom) for (const topic of this.#incomplete.keys()) topics.push(topic)
    if (now >= this.#refusedFrom) for (const topic of this.#refused) topics.push(topic)
    return { topics, full: false }
  }

  /** When there will be a request if nothing else happens, monotonic ms; Infinity for never. */
  get nextAt(): number {
    let next = this.#full ? this.#fullFrom : this.#staleAt
    if (this.#new.size > 0) next = -Infinity
    if (this.#incomplete.size > 0) next = Math.min(next, this.#incompleteFrom)
    if (this.#refused.size > 0) next = Math.min(next, this.#refusedFrom)
    return Math.max(next, this.#blockedUntil)
  }

  /**
   * A request was answered.
   * @param incomplete - those of its topics to ask for again
   * @param changed - whether the answer brought anything new
   */
  succeeded(
    request: MetadataRequest,
    incomplete: ReadonlyMap<string, unknown>,
    changed: boolean,
  ): void {
    this.#failures = 0
    this.#failingSince = null
    const now = this.#runtime.now()
    this.#answeredAt = now
    this.#noteIncomplete(request.topics, incomplete)
    if (!request.full) return
    this.#full = false
    this.#unchanged = changed ? 0 : this.#unchanged + 1
    this.#fullFrom = now + this.#backoffMs(this.#unchanged)
    this.#staleAt = now + this.#options.metadataMaxAgeMs
  }

  failed(): void {
    this.#failingSince ??= this.#runtime.now()
    this.#blockedUntil = this.#runtime.now() + this.#backoffMs(this.#failures++)
  }

  /** One time for all of them: a thousand topics that do not exist cost as many requests as one. */
  #noteIncomplete(topics: readonly string[], incomplete: ReadonlyMap<string, unknown>): void {
    let more = false
    for (const topic of topics) {
      const attempts = this.attempts(topic)
      this.#new.delete(topic)
      this.#refused.delete(topic)
      if (!incomplete.has(topic)) this.#incomplete.delete(topic)
      else this.#incomplete.set(topic, attempts + 1)
      if (attempts === 0 && incomplete.has(topic)) more = true
    }
    if (incomplete.size === 0) return
    // A topic that is new is often created in this moment.
    this.#stillIncomplete = more ? 0 : this.#stillIncomplete + 1
    this.#incompleteFrom = this.#runtime.now() + this.#backoffMs(this.#stillIncomplete)
  }

  #backoffMs(attempt: number): number {
    const { retryBackoffMs, retryBackoffMaxMs } = this.#options
    return exponentialBackoff(attempt, retryBackoffMs, retryBackoffMaxMs, this.#runtime.random)
  }
}
