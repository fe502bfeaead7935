import type { Exchange } from './in-flight-request.js'

const idMask = 0x7fffffff

/**
 * The unanswered requests of one connection: first queued, then sent. A broker answers in the order it was asked, so
 * the only answer that may come is that of the oldest request sent.
 */
export class InFlightRequests {
  #queued: Exchange[] = []
  /** Sent, and the broker owes an answer. */
  readonly #owed: Exchange[] = []
  /** Sent with `acks: 0`; done as soon as the bytes are out. */
  readonly #silent: Exchange[] = []
  #nextId: number
  /** The id of the last answer; every id between it and the oldest owed one belongs to a silent request. */
  #lastAnswered: number
  #external = 0

  /** @param firstId - of the first request */
  constructor(firstId = 0) {
    this.#nextId = firstId
    this.#lastAnswered = (firstId - 1) & idMask
  }

  /** Without the client's own requests. */
  get count(): number {
    return this.#external
  }

  get empty(): boolean {
    return this.quiet && this.#queued.length === 0
  }

  /** Whether none that was sent is still open. */
  get quiet(): boolean {
    return this.#owed.length + this.#silent.length === 0
  }

  /** How many answers are to come. */
  get owed(): number {
    return this.#owed.length
  }

  queue(exchange: Exchange): void {
    this.#queued.push(exchange)
    if (!exchange.internal) this.#external++
  }

  takeQueued(): readonly Exchange[] {
    const queued = this.#queued
    if (queued.length > 0) this.#queued = []
    return queued
  }

  /** The id the next request will bear, if it can be encoded. */
  get nextId(): number {
    return this.#nextId
  }

  sent(exchange: Exchange, deadline: number): void {
    exchange.deadline = deadline
    exchange.written = true
    this.#nextId = (this.#nextId + 1) & idMask
    if (exchange.expectsAnswer) this.#owed.push(exchange)
    else this.#silent.push(exchange)
  }

  /**
   * Whose answer this is: null for an answer nobody asked for (some brokers answer `acks: 0`), undefined for an
   * id that cannot come now.
   */
  match(correlationId: number): Exchange | null | undefined {
    const oldest = this.#owed[0]
    const due = distance(this.#lastAnswered, oldest?.correlationId ?? this.#nextId)
    const got = distance(this.#lastAnswered, correlationId)
    if (correlationId < 0 || got === 0 || got > due) return undefined
    if (got < due) return null
    return oldest
  }

  /** What came in is dealt with. */
  answered(correlationId: number): void {
    this.#lastAnswered = correlationId
    if (this.#owed[0]?.correlationId === correlationId) this.#leave(this.#owed.shift() as Exchange)
  }

  /**
   * The bytes of a silent request are out.
   * @returns false when it is no longer here
   */
  flushed(exchange: Exchange): boolean {
    const index = this.#silent.indexOf(exchange)
    if (index < 0) return false
    this.#silent.splice(index, 1)
    this.#leave(exchange)
    return true
  }

  /** Never sent after all. */
  dropped(exchange: Exchange): void {
    this.#leave(exchange)
  }

  /** When the request that has waited longest will have waited too long. */
  get oldestDeadline(): number {
    return Math.min(this.#owed[0]?.deadline ?? Infinity, this.#silent[0]?.deadline ?? Infinity)
  }

  extendDeadlines(ms: number): void {
    for (const exchange of this.#owed) exchange.deadline += ms
    for (const exchange of this.#silent) exchange.deadline += ms
  }

  /** Everything, oldest first; nothing is left. */
  takeAll(): readonly Exchange[] {
    const sent = [...this.#owed.splice(0), ...this.#silent.splice(0)]
    sent.sort((a, b) => a.deadline - b.deadline)
    this.#external = 0
    return [...sent, ...this.takeQueued()]
  }

  #leave(exchange: Exchange): void {
    if (!exchange.internal) this.#external--
  }
}

/** How many steps from one correlation id to another; they start over after 2³¹ − 1. */
function distance(from: number, to: number): number {
  return (to - from) & idMask
}
