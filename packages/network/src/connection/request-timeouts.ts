import { OldLeaderTimeout } from '../timers/old-leader-timeout.js'
import { PatientTimer } from '../timers/patient-timer.js'
import { SlowBrokerDetector } from '../timers/slow-broker-detector.js'
import type { ChannelDeps } from './connection-deps.js'
import type { InFlightRequests } from './in-flight-requests.js'

export interface RequestTimeoutsEvents {
  /** The oldest request has waited for long. Called again and again while it goes on waiting. */
  slow(): void
  /** The broker has been silent for longer than it may be. `detail` says why. */
  expired(code: 'REQUEST_TIMEOUT' | 'CONNECTION_CLOSED', detail: string): void
}

/** How long the broker of a connection may take: to answer each request, and to say anything at all. */
export class RequestTimeouts {
  readonly #deps: ChannelDeps
  readonly #requests: InFlightRequests
  readonly #events: RequestTimeoutsEvents
  readonly #timer: PatientTimer
  readonly #slowBroker: SlowBrokerDetector
  readonly #oldLeader: OldLeaderTimeout
  #oldLeaderDetail = ''
  #answers = 0
  #expiredAt = -Infinity

  constructor(deps: ChannelDeps, requests: InFlightRequests, events: RequestTimeoutsEvents) {
    this.#deps = deps
    this.#requests = requests
    this.#events = events
    const { runtime } = deps
    const { requestTimeoutMs } = deps.options
    this.#timer = new PatientTimer(runtime, () => this.#judge())
    this.#slowBroker = new SlowBrokerDetector(
      runtime,
      () => requests.oldestDeadline - requestTimeoutMs,
      () => events.slow(),
    )
    this.#oldLeader = new OldLeaderTimeout(runtime, () =>
      events.expired('CONNECTION_CLOSED', this.#oldLeaderDetail),
    )
  }

  /** How many answers the broker has given. */
  get answers(): number {
    return this.#answers
  }

  /** Whether the oldest request has waited for long. */
  get slow(): boolean {
    return this.#slowBroker.slow
  }

  /** When the time of a request was found to be over, monotonic ms; −Infinity before that. */
  get expiredAt(): number {
    return this.#expiredAt
  }

  /** To be called when something was written. */
  sent(): void {
    if (!this.#timer.running) this.#timer.start(this.#deps.options.requestTimeoutMs)
    this.#slowBroker.sent()
  }

  /** To be called when an answer came. */
  answered(): void {
    this.#answers++
    this.#slowBroker.answered()
    this.#oldLeader.answered(this.#answers)
  }

  /** To be called when a request that needs no answer was written. */
  flushed(): void {
    this.#slowBroker.flushed()
  }

  /** Expires once nothing has come for `ms`, unless the broker answers all that it owes now. */
  limitSilence(ms: number, reason: string): void {
    const { owed } = this.#requests
    if (owed === 0) return
    this.#oldLeaderDetail = `it said nothing for ${ms} ms, and ${reason}`
    this.#oldLeader.start(ms, this.#answers + owed)
  }

  stop(): void {
    for (const part of [this.#timer, this.#slowBroker, this.#oldLeader]) part.stop()
  }

  /** The time of the oldest request may be over. One timer serves all requests: it is set again for the oldest one. */
  #judge(): void {
    const oldest = this.#requests.oldestDeadline
    if (oldest === Infinity) return
    const now = this.#deps.runtime.now()
    if (oldest > now) {
      this.#timer.start(oldest - now)
      return
    }
    this.#expiredAt = now
    const { requestTimeoutMs } = this.#deps.options
    this.#events.expired('REQUEST_TIMEOUT', `it did not answer within ${requestTimeoutMs} ms`)
  }
}
