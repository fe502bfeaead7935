import { exponentialBackoff } from '@sluice/protocol'
import type { ResolvedNetworkOptions } from '../options.js'
import type { NetworkRuntime } from '../runtime.js'

export interface MetadataQuestion {
  readonly topics: readonly string[]
  /** Whether that is every topic there is interest in. */
  readonly full: boolean
}

/**
 * What has to be asked, and when: new topics at once, topics whose answer left something open after a back-off of their
 * own, everything when a refresh is asked for or what is known grows old. Answers that bring nothing new count
 * as failures do, so that nobody asks in a tight loop.
 */
export class MetadataAgenda {
  readonly #runtime: NetworkRuntime
  readonly #options: ResolvedNetworkOptions
  /** Every topic of interest, and whether it was wanted since `takeUnused`. */
  readonly #wanted = new Map<string, boolean>()
  readonly #unasked = new Set<string>()
  readonly #open = new Map<string, { readonly attempts: number; readonly from: number }>()
  #full = false
  #fullFrom = -Infinity
  #equivalents = 0
  #staleAt = Infinity
  #answeredAt = -Infinity
  #failures = 0
  #failingSince: number | null = null
  #blockedUntil = -Infinity

  constructor(runtime: NetworkRuntime, options: ResolvedNetworkOptions) {
    this.#runtime = runtime
    this.#options = options
  }

  get empty(): boolean {
    return this.#wanted.size === 0
  }

  /** @returns false when the topic was on the list already */
  want(topic: string): boolean {
    const isNew = !this.#wanted.has(topic)
    this.#wanted.set(topic, true)
    if (isNew) this.#unasked.add(topic)
    return isNew
  }

  /**
   * Takes the topics off the list that were not wanted since the last call.
   * @param isUsed - says of one whether it is in use all the same
   */
  takeUnused(isUsed: (topic: string) => boolean): readonly string[] {
    const unused: string[] = []
    for (const [topic, wanted] of this.#wanted) {
      if (isUsed(topic) || wanted) this.#wanted.set(topic, false)
      else unused.push(topic)
    }
    for (const topic of unused) {
      this.#wanted.delete(topic)
      this.#unasked.delete(topic)
      this.#open.delete(topic)
    }
    return unused
  }

  /** How often in a row the answer for this topic has left something open. */
  attempts(topic: string): number {
    return this.#open.get(topic)?.attempts ?? 0
  }

  /** For how many milliseconds all questions have failed. */
  get failingMs(): number {
    return this.#failingSince === null ? 0 : this.#runtime.now() - this.#failingSince
  }

  /** The answer for this topic settled it for the worse; perhaps that has changed. */
  reopen(topic: string): void {
    if (this.#open.has(topic)) return
    this.#open.set(topic, { attempts: 0, from: this.#answeredAt + this.#options.retryBackoffMaxMs })
  }

  refresh(): void {
    this.#full = true
  }

  /** Nobody waits for it any more. */
  cancelRefresh(): void {
    this.#full = false
  }

  /** What may be asked now; null when that is nothing. It stays on the agenda until `succeeded`. */
  take(): MetadataQuestion | null {
    const now = this.#runtime.now()
    if (now >= this.#staleAt) this.#full = true
    if (now < this.#blockedUntil) return null
    if (this.#full && now >= this.#fullFrom) return { topics: [...this.#wanted.keys()], full: true }
    const topics = [...this.#unasked]
    for (const [topic, { from }] of this.#open) if (now >= from) topics.push(topic)
    return topics.length > 0 ? { topics, full: false } : null
  }

  /** When `take` will have something, if nothing else happens; Infinity for never. */
  get nextAt(): number {
    let next = this.#full ? this.#fullFrom : this.#staleAt
    if (this.#unasked.size > 0) next = -Infinity
    for (const { from } of this.#open.values()) next = Math.min(next, from)
    return Math.max(next, this.#blockedUntil)
  }

  /** @param open - of the topics asked for, those to ask for again */
  succeeded(question: MetadataQuestion, open: readonly string[], changed: boolean): void {
    this.#failures = 0
    this.#failingSince = null
    for (const topic of question.topics) this.#unasked.delete(topic)
    const now = this.#runtime.now()
    this.#answeredAt = now
    const again = new Map(open.map((topic) => [topic, (this.#open.get(topic)?.attempts ?? 0) + 1]))
    for (const topic of question.topics) this.#open.delete(topic)
    for (const [topic, attempts] of again) {
      this.#open.set(topic, { attempts, from: now + this.#backoffMs(attempts - 1) })
    }
    if (!question.full) return
    this.#full = false
    this.#equivalents = changed ? 0 : this.#equivalents + 1
    this.#fullFrom = now + this.#backoffMs(this.#equivalents)
    this.#staleAt = now + this.#options.metadataMaxAgeMs
  }

  failed(): void {
    this.#failingSince ??= this.#runtime.now()
    this.#blockedUntil = this.#runtime.now() + this.#backoffMs(this.#failures++)
  }

  #backoffMs(attempt: number): number {
    const { retryBackoffMs, retryBackoffMaxMs } = this.#options
    return exponentialBackoff(attempt, retryBackoffMs, retryBackoffMaxMs, this.#runtime.random)
  }
}
