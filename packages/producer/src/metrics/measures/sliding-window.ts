import { bucketCount, bucketOf, endOf } from './buckets.js'

/** A window has so many slices, each of which is emptied when its time comes again. */
const sliceCount = 6
const sliceMs = 10_000

/** The places of a slice's numbers. The buckets follow. */
const place = { stamp: 0, count: 1, sum: 2, max: 3, buckets: 4 } as const

/** How many numbers a window takes. */
export const plainCells = sliceCount * place.buckets
/** How many numbers a window with buckets takes. */
export const bucketCells = sliceCount * (place.buckets + bucketCount)

/** What the values of the last minute say. */
export interface WindowFigures {
  readonly avg: number
  readonly max: number
  /** The value below which this share of the values lies, from 0 to 1: at most an eighth too high. Only with buckets. */
  percentile(share: number): number
}

/**
 * Values of the last minute, in slices of ten seconds: an older value never shows as a present one. It works on numbers that
 * are given to it, so that one thread can write where another one reads; a reader may miss a value that is just being added.
 */
export class SlidingWindow {
  readonly #cells: Float64Array
  readonly #sliceLength: number
  readonly #hasBuckets: boolean
  /** The slice of the last value, and its time: most values come soon after each other. */
  #start = 0
  #from = 0
  #until = 0

  /** @param cells - zero at the beginning: `plainCells` of them, or `bucketCells` for one with buckets */
  constructor(cells: Float64Array) {
    this.#cells = cells
    this.#sliceLength = cells.length / sliceCount
    this.#hasBuckets = cells.length === bucketCells
  }

  /**
   * @param value - 0 or more
   * @param at - when it was measured, in monotonic milliseconds
   * @param times - how often the value is there
   */
  add(value: number, at: number, times = 1): void {
    const cells = this.#cells
    const start = this.#sliceAt(at)
    if (this.#hasBuckets) cells[start + place.buckets + bucketOf(value)]! += times
    if (value > cells[start + place.max]!) cells[start + place.max] = value
    cells[start + place.sum]! += value * times
    cells[start + place.count]! += times
  }

  /** @returns undefined where there is no value of the last minute */
  read(now: number): WindowFigures | undefined {
    const starts = this.#presentSlices(now)
    const count = this.#sum(starts, place.count)
    if (count === 0) return undefined
    const max = Math.max(...starts.map((start) => this.#cells[start + place.max]!))
    return {
      avg: this.#sum(starts, place.sum) / count,
      max,
      percentile: (share) => Math.min(max, this.#percentile(starts, Math.ceil(share * count))),
    }
  }

  /** Forgets everything. */
  clear(): void {
    this.#cells.fill(0)
    this.#from = this.#until = 0
  }

  /** Where the bucket ends that holds the value of this rank, counted from the smallest value on. */
  #percentile(starts: readonly number[], rank: number): number {
    let left = rank
    for (let bucket = 0; bucket < bucketCount; bucket++) {
      for (const start of starts) left -= this.#cells[start + place.buckets + bucket]!
      if (left <= 0) return endOf(bucket)
    }
    return Infinity
  }

  #sum(starts: readonly number[], offset: number): number {
    return starts.reduce((sum, start) => sum + this.#cells[start + offset]!, 0)
  }

  /** Where the slice of this time begins. */
  #sliceAt(at: number): number {
    if (at < this.#from || at >= this.#until) this.#turnTo(stampOf(at))
    return this.#start
  }

  /** What the slice holds of an earlier minute is dropped. */
  #turnTo(stamp: number): void {
    const start = (stamp % sliceCount) * this.#sliceLength
    if (this.#cells[start + place.stamp] !== stamp) {
      this.#cells.fill(0, start, start + this.#sliceLength)
      this.#cells[start + place.stamp] = stamp
    }
    this.#start = start
    this.#from = (stamp - 1) * sliceMs
    this.#until = stamp * sliceMs
  }

  #presentSlices(now: number): number[] {
    const oldest = Math.max(1, stampOf(now) - sliceCount + 1)
    const starts: number[] = []
    for (let start = 0; start < this.#cells.length; start += this.#sliceLength)
      if (this.#cells[start + place.stamp]! >= oldest) starts.push(start)
    return starts
  }
}

/** Counts slices from 1 on: 0 stands in a slice that was never used. */
function stampOf(at: number): number {
  return Math.max(1, Math.floor(at / sliceMs) + 1)
}
