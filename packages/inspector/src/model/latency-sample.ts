/** Powers of two: a quarter of a millisecond up to 32 seconds, and longer times in the last. */
export const latencyBuckets = 18
const slices = 5
const sliceMs = 2_000

/** How the latencies of the last ten seconds are spread. */
export class LatencySample {
  readonly #slices = Array.from({ length: slices }, () => new Array<number>(latencyBuckets).fill(0))
  #slice = -1

  /** @param at - in milliseconds @param latencyMs - the time of one request */
  add(at: number, latencyMs: number): void {
    this.#advance(at)
    this.#slices[this.#slice % slices]![bucketOf(latencyMs)]!++
  }

  read(at: number): number[] {
    this.#advance(at)
    return Array.from({ length: latencyBuckets }, (_, bucket) =>
      this.#slices.reduce((sum, slice) => sum + slice[bucket]!, 0),
    )
  }

  /** Empties the slices of which the time is over. */
  #advance(at: number): void {
    const slice = Math.max(this.#slice, Math.floor(at / sliceMs))
    const first = Math.max(this.#slice + 1, slice - slices + 1)
    for (let next = first; next <= slice; next++) this.#slices[next % slices]!.fill(0)
    this.#slice = slice
  }
}

/** The upper end of a bucket is `2 ** (index - 2)` ms. */
function bucketOf(latencyMs: number): number {
  const index = Math.ceil(Math.log2(Math.max(latencyMs, 0.25))) + 2
  return Math.min(latencyBuckets - 1, index)
}
