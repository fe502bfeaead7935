/** Something that happens at a time, unless it is taken back before. */
export interface TimedEvent {
  readonly at: number
  readonly order: number
  run: (() => void) | null
}

/** Events by time. Those of the same time come in the order in which they were added. */
export class EventHeap {
  readonly #events: TimedEvent[] = []
  #added = 0
  #live = 0

  /** How many events there are that were not taken back. */
  get size(): number {
    return this.#live
  }

  /** The time of the next event, Infinity without one. */
  get nextAt(): number {
    this.#dropTakenBack()
    return this.#events[0]?.at ?? Infinity
  }

  add(at: number, run: () => void): TimedEvent {
    const event: TimedEvent = { at, order: this.#added++, run }
    this.#live++
    this.#events.push(event)
    this.#rise(this.#events.length - 1)
    return event
  }

  takeBack(event: TimedEvent): void {
    if (event.run === null) return
    event.run = null
    this.#live--
  }

  /** Takes the next event out. @returns what it runs */
  take(): () => void {
    this.#dropTakenBack()
    const event = this.#removeFirst()!
    const run = event.run!
    event.run = null
    this.#live--
    return run
  }

  #dropTakenBack(): void {
    while (this.#events[0]?.run === null) this.#removeFirst()
  }

  #removeFirst(): TimedEvent | undefined {
    const [first] = this.#events
    const last = this.#events.pop()
    if (last !== undefined && last !== first) {
      this.#events[0] = last
      this.#sink()
    }
    return first
  }

  #rise(from: number): void {
    const events = this.#events
    let index = from
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (!isBefore(events[index]!, events[parent]!)) return
      swap(events, index, parent)
      index = parent
    }
  }

  #sink(): void {
    const events = this.#events
    let index = 0
    for (;;) {
      const left = 2 * index + 1
      const right = left + 1
      let least = index
      if (left < events.length && isBefore(events[left]!, events[least]!)) least = left
      if (right < events.length && isBefore(events[right]!, events[least]!)) least = right
      if (least === index) return
      swap(events, index, least)
      index = least
    }
  }
}

function isBefore(a: TimedEvent, b: TimedEvent): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}

function swap(events: TimedEvent[], a: number, b: number): void {
  const event = events[a]!
  events[a] = events[b]!
  events[b] = event
}
