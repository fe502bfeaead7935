import { EventHeap, type TimedEvent } from './event-heap.js'
import { EventLoop } from './event-loop.js'

/** One time for the world, which never waits, and for the event loop of the process that is judged. */
export class SimulatedTime {
  readonly loop = new EventLoop(() => this.#now)
  readonly #world = new EventHeap()
  #now = 0

  /** Milliseconds since the beginning. */
  get now(): number {
    return this.#now
  }

  /** Something that happens in the world: a broker receives bytes, a fault begins. */
  inWorld(afterMs: number, run: () => void): TimedEvent {
    return this.#world.add(this.#now + Math.max(0, afterMs), run)
  }

  takeBack(event: TimedEvent): void {
    this.#world.takeBack(event)
  }

  /** Carries out the next task, and lets time pass until then. @returns false when there is none */
  step(): boolean {
    const worldAt = this.#world.nextAt
    const loopAt = this.loop.nextAt
    const at = Math.min(worldAt, loopAt)
    if (at === Infinity) return false
    if (at > this.#now) this.#now = at
    if (worldAt <= loopAt) this.#world.take()()
    else this.loop.step()
    return true
  }
}
