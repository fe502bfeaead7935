import type { KafkaError } from '@sluice/protocol'
import type { Waiter } from '../../accumulator-front.js'
import { logThrown } from '../../delivery.js'
import type { AccumulatorRuntime } from '../../runtime.js'
import { DelayLine } from '../lists/delay-line.js'
import { LinkedList } from '../lists/linked-list.js'
import { Place, type WaitingTopic } from './place.js'
import { WaitingErrors } from './waiting-errors.js'

/** A flush that waits until every waiter up to a number has left the line. */
interface FlushWaiter {
  readonly lastNumber: number
  readonly end: () => void
}

/**
 * The records that wait for metadata or memory, first in, first out. All lines together hold at most `limit` bytes.
 * Each waiter fails after `maxBlockMs`, no matter which line it stands in by then.
 */
export class WaitingLine {
  readonly #limit: number
  readonly #maxBlockMs: number
  readonly #runtime: AccumulatorRuntime
  readonly #errors: WaitingErrors
  readonly #all: DelayLine<Place>
  readonly #places = new Map<Waiter, Place>()
  readonly #forMemory = new LinkedList<Place>()
  readonly #flushes: FlushWaiter[] = []
  #onChange: () => void = () => {}
  #bytes = 0
  #lastNumber = 0
  /** While waiters are resumed, or all of them fail. */
  #paused = false

  constructor(limit: number, maxBlockMs: number, runtime: AccumulatorRuntime) {
    this.#limit = limit
    this.#maxBlockMs = maxBlockMs
    this.#runtime = runtime
    this.#errors = new WaitingErrors(limit, maxBlockMs)
    this.#all = new DelayLine(maxBlockMs, runtime, (place) => this.#expire(place))
  }

  /** How many records wait. */
  get size(): number {
    return this.#all.size
  }

  /** How many bytes they hold. */
  get bytes(): number {
    return this.#bytes
  }

  /** True when a new record of the topic would overtake a record that waits. */
  isAheadOf(topic: WaitingTopic): boolean {
    return this.#forMemory.size > 0 || topic.forMetadata.size > 0
  }

  join(waiter: Waiter, topic: WaitingTopic): void {
    if (this.#bytes + waiter.bytes > this.#limit)
      return waiter.fail(this.#errors.full(this.#places.size, this.#bytes))
    const place = new Place(waiter, topic, this.#runtime.now(), ++this.#lastNumber)
    this.#errors.joined()
    this.#bytes += waiter.bytes
    this.#places.set(waiter, place)
    const forMemory = topic.ready && topic.forMetadata.size === 0
    place.inLine = (forMemory ? this.#forMemory : topic.forMetadata).add(place)
    place.inAll = this.#all.add(place)
    this.#onChange()
  }

  /** @returns false when the waiter is not in the line */
  leave(waiter: Waiter): boolean {
    const place = this.#places.get(waiter)
    if (place === undefined) return false
    this.#remove(place)
    this.advance()
    return true
  }

  /** The topics of the records that wait. */
  topics(): ReadonlySet<WaitingTopic> {
    return new Set(Array.from(this.#all, ({ topic }) => topic))
  }

  /**
   * The places of all records of the topic, whatever they wait for. Without partitions none of them could be appended. Ten
   * thousand topics may be refused at once, so this does not look at records that wait for the metadata of others.
   */
  ofTopic(topic: WaitingTopic): readonly Place[] {
    const forMemory = Array.from(this.#forMemory).filter((place) => place.topic === topic)
    return [...forMemory, ...topic.forMetadata]
  }

  /** Calls the listener after a waiter has joined or left. */
  onChange(listener: () => void): void {
    this.#onChange = listener
  }

  /** Calls `end` when all that wait now have left, before a waiter behind them goes on. */
  whenLeft(end: () => void): void {
    if (this.size === 0) end()
    else this.#flushes.push({ lastNumber: this.#lastNumber, end })
  }

  /** The metadata of the topic has come: its waiters go on to the line for memory, in order. */
  admit(topic: WaitingTopic): void {
    for (const place of topic.forMetadata) {
      place.inLine?.remove()
      place.inLine = this.#forMemory.add(place)
    }
  }

  /**
   * Resumes waiters, from the head on, as long as they fit. There may be room after memory was given back, after a
   * waiter was admitted, and after a head that was too large has left.
   */
  advance(): void {
    if (this.#paused) return
    this.#paused = true
    for (let head = this.#forMemory.first; head !== null; head = this.#forMemory.first) {
      // A waiter may leave while it is resumed. Then it does not hold up the others.
      if (!this.#resume(head) && this.#forMemory.first === head) break
      this.#remove(head)
    }
    this.#paused = false
  }

  fail(places: Iterable<Place>, error: KafkaError): void {
    for (const place of Array.from(places)) {
      // The code of a waiter that failed before may have made this one leave.
      if (!this.#remove(place)) continue
      try {
        place.waiter.fail(error)
      } catch (thrown) {
        this.#logThrown(place, thrown)
      }
    }
  }

  /** Fails all that wait now. Meanwhile no waiter goes on, for it could be one of those that are about to fail. */
  failAll(error: KafkaError): void {
    const paused = this.#paused
    this.#paused = true
    this.fail(this.#all, error)
    this.#paused = paused
  }

  /** No waiter will join any more: leaves no timer behind. */
  stop(): void {
    this.#all.stop()
  }

  /** A waiter that throws is not resumed again: it might append its record twice. */
  #resume(place: Place): boolean {
    try {
      return place.waiter.resume()
    } catch (thrown) {
      this.#logThrown(place, thrown)
      return true
    }
  }

  #logThrown({ topic }: Place, thrown: unknown): void {
    logThrown(this.#runtime.logger, topic.name, thrown)
  }

  /** @returns false when the waiter has left before */
  #remove(place: Place): boolean {
    if (this.#places.get(place.waiter) !== place) return false
    this.#places.delete(place.waiter)
    place.inAll?.remove()
    place.inLine?.remove()
    this.#bytes -= place.waiter.bytes
    this.#errors.left()
    while (this.#flushes.length > 0 && this.#hasLeft(this.#flushes[0]!.lastNumber))
      this.#flushes.shift()!.end()
    this.#onChange()
    return true
  }

  #hasLeft(lastNumber: number): boolean {
    const { first } = this.#all
    return first === null || first.number > lastNumber
  }

  #expire(place: Place): void {
    const forMetadata = place.inLine?.list === place.topic.forMetadata
    this.fail([place], this.#errors.timeout(place.topic, forMetadata))
    if (!this.#isHeadLate()) this.advance()
  }

  /** Many waiters expire at the same time. It is not worth resuming one that is about to expire. */
  #isHeadLate(): boolean {
    const head = this.#forMemory.first
    return head !== null && this.#runtime.now() - head.since >= this.#maxBlockMs
  }
}
