import type { PipelineEvent } from './snapshot.js'

/** The last events, in bounded memory. */
export class EventLog {
  readonly #limit: number
  #events: PipelineEvent[] = []
  #lastId = 0

  constructor(limit = 40) {
    this.#limit = limit
  }

  /** @param at - milliseconds since 1970 */
  add(at: number, kind: PipelineEvent['kind'], text: string): void {
    const events = [...this.#events, { id: ++this.#lastId, at, kind, text }]
    this.#events = events.slice(-this.#limit)
  }

  get events(): readonly PipelineEvent[] {
    return this.#events
  }
}
