import timers from 'node:timers'
import type { ConnectionEvent } from '@sluice/network'
import { pausesTogether, type Retry } from '../errors/retry.js'

/** Below that an outage is no outage yet, however impatient the retries are: a connection that is lost is opened again. */
const shortestMs = 500

/**
 * Ends a lane when no broker could be reached for as long as the retries of the program last. Then all that waits fails, surely not
 * written where it never left. It begins with the first connection: before that, `connect` counts its own attempts. Where the program has set no limit of its own, nothing ends: records wait for their own time.
 */
export class Outage {
  readonly #limitMs: number
  readonly #end: () => void
  readonly #ready = new Set<number>()
  #wasReady = false
  #timer: NodeJS.Timeout | null = null
  #isOver = false

  constructor(retry: Retry, end: () => void) {
    this.#limitMs = retry.isLimited ? Math.max(pausesTogether(retry), shortestMs) : Infinity
    this.#end = end
  }

  get isOver(): boolean {
    return this.#isOver
  }

  connection({ state, connectionId, errorCode }: ConnectionEvent): void {
    if (state === 'ready') {
      this.#ready.add(connectionId)
      this.#wasReady = true
      timers.clearTimeout(this.#timer ?? undefined)
      this.#timer = null
    }
    if (state !== 'closed') return
    this.#ready.delete(connectionId)
    if (errorCode !== null && this.#wasReady && this.#ready.size === 0) this.#begin()
  }

  #begin(): void {
    if (this.#timer !== null || this.#limitMs === Infinity) return
    this.#timer = timers.setTimeout(() => {
      this.#isOver = true
      this.#end()
    }, this.#limitMs)
    this.#timer.unref()
  }
}
