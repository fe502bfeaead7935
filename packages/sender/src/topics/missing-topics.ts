/** A topic may be missing from the metadata for a while, from brokers that lag behind. After this time it is gone. */
const goneAfterMs = 60_000

/** The topics of which the metadata has no partitions, and since when, so that one that stays away is told as gone. */
export class MissingTopics {
  readonly #gone: (topic: string) => boolean
  /** In monotonic ms, the earliest first. */
  readonly #since = new Map<string, number>()

  /** @param gone - the topic is gone; returns false where it must be told again, a minute later */
  constructor(gone: (topic: string) => boolean) {
    this.#gone = gone
  }

  add(topic: string, now: number): void {
    if (!this.#since.has(topic)) this.#since.set(topic, now)
  }

  delete(topic: string): void {
    this.#since.delete(topic)
  }

  /** Tells the topics whose time is over. */
  look(now: number): void {
    for (const [topic, since] of this.#since) {
      if (now - since < goneAfterMs) return
      this.lookAt(topic, now)
    }
  }

  /** The topic counts as gone now. */
  lookAt(topic: string, now: number): void {
    this.#since.delete(topic)
    if (!this.#gone(topic)) this.#since.set(topic, now)
  }
}
