import { setTimeout as sleep } from 'node:timers/promises'

const lookEveryMs = 5

/** Sees whether every partition acknowledges, and how long after a moment it does. */
export class Pulse {
  #markedAt = 0
  /** By partition: the first acknowledgement after the mark. */
  #beats: (number | undefined)[] = []

  beat(partition: number): void {
    this.#beats[partition] ??= performance.now()
  }

  /**
   * Waits until each of so many partitions has acknowledged a record after this call.
   * @returns the ms it took the last of them; `limitMs` where that was not enough
   */
  async everyPartition(partitions: number, limitMs = 60_000): Promise<number> {
    this.#markedAt = performance.now()
    this.#beats = []
    for (;;) {
      const beats = Array.from({ length: partitions }, (_, index) => this.#beats[index])
      const last = Math.max(...beats.map((at = Infinity) => at)) - this.#markedAt
      if (last < limitMs) return last
      if (performance.now() - this.#markedAt > limitMs) return limitMs
      await sleep(lookEveryMs)
    }
  }
}
