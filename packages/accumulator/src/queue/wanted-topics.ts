/** The topics that the front has begun to want, or has let go, until the sender takes them. */
export class WantedTopics {
  #wanted = new Set<string>()
  #forgotten: string[] = []

  want(topic: string): void {
    this.#wanted.add(topic)
  }

  /** What was wanted before is not wanted any more. */
  forget(topic: string): void {
    this.#wanted.delete(topic)
    this.#forgotten.push(topic)
  }

  takeWanted(): readonly string[] {
    const wanted = this.#wanted
    if (wanted.size === 0) return []
    this.#wanted = new Set()
    return [...wanted]
  }

  takeForgotten(): readonly string[] {
    const forgotten = this.#forgotten
    if (forgotten.length > 0) this.#forgotten = []
    return forgotten
  }
}
