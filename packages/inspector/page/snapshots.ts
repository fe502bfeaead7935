import type { Snapshot } from '../src/model/snapshot.js'

/** Three minutes. */
const limit = 900

/** The snapshots that the page can look back at, and the one it shows. */
export class Snapshots {
  #all: Snapshot[] = []
  /** Null while the page follows the present. */
  #shown: Snapshot | null = null

  add(snapshot: Snapshot): void {
    this.#all.push(snapshot)
    if (this.#all.length > limit) this.#all.shift()
  }

  get all(): readonly Snapshot[] {
    return this.#all
  }

  get isPaused(): boolean {
    return this.#shown !== null
  }

  /** Where the shown one stands. What was paused so long ago that it is forgotten is the oldest. */
  get index(): number {
    if (this.#shown === null) return this.#all.length - 1
    return Math.max(0, this.#all.indexOf(this.#shown))
  }

  get shown(): Snapshot | undefined {
    return this.#shown ?? this.#all.at(-1)
  }

  pause(index = this.#all.length - 1): void {
    this.#shown = this.#all[index] ?? null
  }

  resume(): void {
    this.#shown = null
  }
}
