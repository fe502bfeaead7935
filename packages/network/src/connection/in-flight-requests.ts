import type { InFlightRequest } from './in-flight-request.js'

const idMask = 0x7fffffff

/**
 * The unanswered requests of one connection: first queued, then sent. A broker answers requests in the order in which they
 * came, so the only answer that may come is that of the oldest request sent.
 */
export class InFlightRequests {
  #queued: InFlightRequest[] = []
  /** Sent, and the broker owes an answer. */
  readonly #owed: InFlightRequest[] = []
  /** Sent with `acks: 0`: done as soon as the bytes are written. */
  readonly #unacknowledged: InFlightRequest[] = []
  #nextId: number
  /** The id of the last answer. Every id between it and that of the oldest owed request belongs to an unacknowledged one. */
  #lastAnswered: number
  #external = 0

  /** @param firstId - the correlation id of the first request */
  constructor(firstId = 0) {
    this.#nextId = firstId
    this.#lastAnswered = (firstId - 1) & idMask
  }

  /** How many requests are unanswered, without the client's own. */
  get count(): number {
    return this.#external
  }

  /** Whether no request is queued or unanswered. */
  get empty(): boolean {
    return this.quiet && this.#queued.length === 0
  }

  /** Whether no request that was sent is unanswered. */
  get quiet(): boolean {
    return this.#owed.length + this.#unacknowledged.length === 0
  }

  /** How many answers are to come. */
  get owed(): number {
    return this.#owed.length
  }

  queue(request: InFlightRequest): void {
    this.#queued.push(request)
    if (!request.internal) this.#external++
  }

  takeQueued(): readonly InFlightRequest[] {
    const queued = this.#queued
    if (queued.length > 0) this.#queued = []
    return queued
  }

  /** The correlation id of the next request that can be encoded. */
  get nextId(): number {
    return this.#nextId
  }

  sent(request: InFlightRequest, deadline: number): void {
    request.deadline = deadline
    request.written = true
    this.#nextId = (this.#nextId + 1) & idMask
    if (request.expectsAnswer) this.#owed.push(request)
    else this.#unacknowledged.push(request)
  }

  /**
   * The request that an answer belongs to.
   * @returns null for the answer to an unacknowledged request (some brokers answer `acks: 0`), undefined for an id that
   * cannot come now
   */
  match(correlationId: number): InFlightRequest | null | undefined {
    const oldest = this.#owed[0]
    const due = distance(this.#lastAnswered, oldest?.correlationId ?? this.#nextId)
    const got = distance(this.#lastAnswered, correlationId)
    if (correlationId < 0 || got === 0 || got > due) return undefined
    if (got < due) return null
    return oldest
  }

  /** The answer with this id was read. */
  answered(correlationId: number): void {
    this.#lastAnswered = correlationId
    const oldest = this.#owed[0]
    if (oldest?.correlationId !== correlationId) return
    this.#owed.shift()
    this.#leave(oldest)
  }

  /**
   * The bytes of an unacknowledged request are written.
   * @returns false when the request has ended before
   */
  flushed(request: InFlightRequest): boolean {
    const index = this.#unacknowledged.indexOf(request)
    if (index < 0) return false
    this.#unacknowledged.splice(index, 1)
    this.#leave(request)
    return true
  }

  /** A request that was queued could not be sent. */
  dropped(request: InFlightRequest): void {
    this.#leave(request)
  }

  /** The deadline of the request that has waited longest; Infinity while no request waits. */
  get oldestDeadline(): number {
    const owed = this.#owed[0]?.deadline ?? Infinity
    return Math.min(owed, this.#unacknowledged[0]?.deadline ?? Infinity)
  }

  extendDeadlines(ms: number): void {
    for (const request of this.#owed) request.deadline += ms
    for (const request of this.#unacknowledged) request.deadline += ms
  }

  /** Takes every request, oldest first. */
  takeAll(): readonly InFlightRequest[] {
    const sent = [...this.#owed.splice(0), ...this.#unacknowledged.splice(0)]
    sent.sort((a, b) => a.deadline - b.deadline)
    this.#external = 0
    return [...sent, ...this.takeQueued()]
  }

  #leave(request: InFlightRequest): void {
    if (!request.internal) this.#external--
  }
}

/** How many steps lead from one correlation id to another. After 2³¹ − 1 comes 0. */
function distance(from: number, to: number): number {
  return (to - from) & idMask
}
