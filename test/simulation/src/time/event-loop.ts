import { EventHeap, type TimedEvent } from './event-heap.js'

/** A timer as Node gives it to the program. */
export interface LoopTimer {
  event: TimedEvent | null
  ref(): LoopTimer
  unref(): LoopTimer
  hasRef(): boolean
}

/** A call that was put off to the end of the turn. */
export interface LoopImmediate {
  run: (() => void) | null
}

type Phase = 'timers' | 'poll' | 'check'

/**
 * The event loop of the simulated process, phase by phase as in Node: the timers that are due, what the sockets have, the
 * immediates. Each call is a task of its own, after which all microtasks run. The program may block it: then time passes for
 * all the world, and what came meanwhile waits.
 */
export class EventLoop {
  readonly #now: () => number
  readonly #timers = new EventHeap()
  readonly #poll = new EventHeap()
  #immediates: LoopImmediate[] = []
  #turn: LoopImmediate[] = []
  #phase: Phase = 'timers'
  #blockedUntil = 0

  constructor(now: () => number) {
    this.#now = now
  }

  /** Timers and immediates that are set. */
  get pending(): number {
    return this.#timers.size + this.#immediates.length + this.#turn.length
  }

  /** When the loop has something to do. */
  get nextAt(): number {
    if (this.#turn.length > 0 || this.#immediates.length > 0)
      return Math.max(this.#now(), this.#blockedUntil)
    return Math.max(Math.min(this.#timers.nextAt, this.#poll.nextAt), this.#blockedUntil)
  }

  block(ms: number): void {
    this.#blockedUntil = Math.max(this.#now(), this.#blockedUntil) + ms
  }

  /** Node counts whole milliseconds from the beginning of the turn: a timer may fire almost one too early. */
  setTimeout(run: () => void, ms: number): LoopTimer {
    const after = ms >= 1 && ms <= 2_147_483_647 ? Math.trunc(ms) : 1
    const timer: LoopTimer = {
      event: this.#timers.add(Math.floor(this.#now()) + after, run),
      ref: () => timer,
      unref: () => timer,
      hasRef: () => true,
    }
    return timer
  }

  clearTimeout(timer: LoopTimer): void {
    if (timer.event !== null) this.#timers.takeBack(timer.event)
    timer.event = null
  }

  setImmediate(run: () => void): LoopImmediate {
    const immediate = { run }
    this.#immediates.push(immediate)
    return immediate
  }

  /** A socket has something for the program. */
  fromSocket(at: number, run: () => void): TimedEvent {
    return this.#poll.add(at, run)
  }

  /** Carries out one task. There must be one now. */
  step(): void {
    const run = this.#next()
    run()
  }

  #next(): () => void {
    const now = this.#now()
    for (;;) {
      if (this.#phase === 'timers') {
        if (this.#timers.nextAt <= now) return this.#timers.take()
        this.#phase = 'poll'
      }
      if (this.#phase === 'poll') {
        if (this.#poll.nextAt <= now) return this.#poll.take()
        this.#phase = 'check'
        this.#turn = this.#immediates.reverse()
        this.#immediates = []
      }
      const run = this.#turn.pop()?.run
      if (run) return run
      if (this.#turn.length === 0) this.#phase = 'timers'
    }
  }
}
