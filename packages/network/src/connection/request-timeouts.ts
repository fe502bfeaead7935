import { SilenceLimit } from '../timers/old-leader-timeout.js'
import { PatientTimer } from '../timers/patient-timer.js'
import { StallWatch } from '../timers/slow-broker-detector.js'
import type { ChannelSettings } from './channel-surroundings.js'
import type { InFlightRequests } from './in-flight-requests.js'

export interface PatienceEvents {
  /** The oldest request has waited long; told again while it goes on waiting. */
  stalled(): void
  /** The peer has been silent for longer than it may be, for this reason. */
  exhausted(code: 'REQUEST_TIMEOUT' | 'CONNECTION_CLOSED', detail: string): void
}

/** How long the peer of a connection may take: with each request, and with saying anything at all. */
export class Patience {
  readonly #settings: ChannelSettings
  readonly #requests: InFlightRequests
  readonly #events: PatienceEvents
  readonly #timer: PatientTimer
  readonly #stallWatch: StallWatch
  readonly #silenceLimit: SilenceLimit
  #silenceReason = ''
  #answers = 0
  #judgedAt = -Infinity

  constructor(settings: ChannelSettings, requests: InFlightRequests, events: PatienceEvents) {
    this.#settings = settings
    this.#requests = requests
    this.#events = events
    const { runtime } = settings
    const { requestTimeoutMs } = settings.options
    this.#timer = new PatientTimer(runtime, () => this.#judge())
    this.#stallWatch = new StallWatch(
      runtime,
      () => requests.oldestDeadline - requestTimeoutMs,
      () => events.stalled(),
    )
    this.#silenceLimit = new SilenceLimit(runtime, () =>
      events.exhausted('CONNECTION_CLOSED', this.#silenceReason),
    )
  }

  /** How many answers the peer has given. */
  get answers(): number {
    return this.#answers
  }

  /** Whether the oldest request has waited long. */
  get stalled(): boolean {
    return this.#stallWatch.stalled
  }

  /** When the time of a request was found to be up, monotonic ms; −Infinity before that. */
  get judgedAt(): number {
    return this.#judgedAt
  }

  /** Something was written. */
  asked(): void {
    if (!this.#timer.running) this.#timer.start(this.#settings.options.requestTimeoutMs)
    this.#stallWatch.asked()
  }

  answered(): void {
    this.#answers++
    this.#stallWatch.answered()
    this.#silenceLimit.answered(this.#answers)
  }

  /** Ends once nothing has come for `ms`, unless the peer answers all that it owes now. */
  limitSilence(ms: number, reason: string): void {
    const { owed } = this.#requests
    if (owed === 0) return
    this.#silenceReason = `it said nothing for ${ms} ms, and ${reason}`
    this.#silenceLimit.start(ms, this.#answers + owed)
  }

  stop(): void {
    for (const part of [this.#timer, this.#stallWatch, this.#silenceLimit]) part.stop()
  }

  /** The time of the oldest request may be up. One timer serves them all: it is set anew for whoever is oldest then. */
  #judge(): void {
    const oldest = this.#requests.oldestDeadline
    if (oldest === Infinity) return
    const now = this.#settings.runtime.now()
    if (oldest > now) {
      this.#timer.start(oldest - now)
      return
    }
    this.#judgedAt = now
    const { requestTimeoutMs } = this.#settings.options
    this.#events.exhausted('REQUEST_TIMEOUT', `it did not answer within ${requestTimeoutMs} ms`)
  }
}
