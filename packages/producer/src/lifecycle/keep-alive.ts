import timers from 'node:timers'
import { longestTimerMs } from '@sluice/protocol'
import { inOwnContext } from '../own-context.js'

/**
 * Keeps the process alive while something is pending, and lets it end when nothing is. This is the one timer of the
 * producer that Node waits for. Sockets and all other timers are unreferenced.
 */
export class KeepAlive {
  #timer: NodeJS.Timeout | null = null
  #holders = 0

  hold(): void {
    if (this.#holders++ > 0) return
    this.#timer ??= inOwnContext(timers.setInterval, () => {}, longestTimerMs)
    this.#timer.ref()
  }

  release(): void {
    if (--this.#holders === 0) this.#timer?.unref()
  }

  /** Holds until the promise has settled. */
  async during<T>(work: Promise<T>): Promise<T> {
    this.hold()
    try {
      return await work
    } finally {
      this.release()
    }
  }

  end(): void {
    if (this.#timer !== null) timers.clearInterval(this.#timer)
    this.#timer = null
  }
}
