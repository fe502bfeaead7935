import { KafkaError } from '@sluice/protocol'
import type { Waiter } from '../../accumulator-front.js'
import type { AccumulatorRuntime } from '../../runtime.js'
import { DelayLine } from '../lists/delay-line.js'
import { type Link, LinkedList } from '../lists/linked-list.js'
import { logThrown } from '../log-thrown.js'

/** What the line must know of a topic. */
export interface WaitingTopic {
  readonly name: string
  /** Whether its metadata is here. */
  readonly ready: boolean
  /** Who waits for its metadata. */
  readonly forMetadata: LinkedList<Place>
  metadataTimeout(waitedMs: number): KafkaError
}

/** One waiter's place. It stands in its topic's line for metadata, then in the one line for memory. */
export class Place {
  readonly waiter: Waiter
  readonly topic: WaitingTopic
  readonly since: number
  /** Counts all who ever joined. */
  readonly number: number
  /** Among all, by the time of joining. */
  inAll: Link<Place> | null = null
  /** In the line it stands in. */
  inLine: Link<Place> | null = null

  constructor(waiter: Waiter, topic: WaitingTopic, since: number, number: number) {
    this.waiter = waiter
    this.topic = topic
    this.since = since
    this.number = number
  }
}

/** Somebody who waits until all who stood in line at a moment have left. */
interface Vigil {
  readonly lastNumber: number
  readonly end: () => void
}

/**
 * Those who wait for metadata or memory, first in, first out. All lines together hold at most
 * `limit` bytes; each waiter is let go after `maxBlockMs`, wherever it stands by then.
 */
export class WaitingLine {
  readonly #limit: number
  readonly #maxBlockMs: number
  readonly #runtime: AccumulatorRuntime
  readonly #all: DelayLine<Place>
  readonly #places = new Map<Waiter, Place>()
  readonly #forMemory = new LinkedList<Place>()
  readonly #vigils: Vigil[] = []
  #onLeft: () => void = () => {}
  #bytes = 0
  #lastNumber = 0
  #resuming = false
  /** Shared by all that are refused at one time: a loop of a million refused sends must not cost a million errors. */
  #full: KafkaError | null = null
  /** Shared likewise by those of one topic that expire one after the other. */
  #late: {
    readonly topic: WaitingTopic
    readonly forMetadata: boolean
    readonly error: KafkaError
  } | null = null

  constructor(limit: number, maxBlockMs: number, runtime: AccumulatorRuntime) {
    this.#limit = limit
    this.#maxBlockMs = maxBlockMs
    this.#runtime = runtime
    this.#all = new DelayLine(maxBlockMs, runtime, (place) => this.#expire(place))
  }

  get size(): number {
    return this.#all.size
  }

  get bytes(): number {
    return this.#bytes
  }

  /** True when a newcomer would overtake somebody. */
  isAheadOf(topic: WaitingTopic): boolean {
    return this.#forMemory.size > 0 || topic.forMetadata.size > 0
  }

  join(waiter: Waiter, topic: WaitingTopic): void {
    if (this.#bytes + waiter.bytes > this.#limit) return waiter.fail(this.#fullError())
    const place = new Place(waiter, topic, this.#runtime.now(), ++this.#lastNumber)
    this.#late = null
    this.#bytes += waiter.bytes
    this.#places.set(waiter, place)
    const forMemory = topic.ready && topic.forMetadata.size === 0
    place.inLine = (forMemory ? this.#forMemory : topic.forMetadata).add(place)
    place.inAll = this.#all.add(place)
  }

  leave(waiter: Waiter): boolean {
    const place = this.#places.get(waiter)
    if (place === undefined) return false
    this.#remove(place)
    this.advance()
    return true
  }

  onLeft(listener: () => void): void {
    this.#onLeft = listener
  }

  /** Calls `end` the moment all who stand here now have left, before anybody behind them goes on. */
  whenLeft(end: () => void): void {
    if (this.size === 0) end()
    else this.#vigils.push({ lastNumber: this.#lastNumber, end })
  }

  /** The topic's metadata has come: its waiters go on to the line for memory, in order. */
  admit(topic: WaitingTopic): void {
    for (const place of topic.forMetadata) {
      place.inLine?.remove()
      place.inLine = this.#forMemory.add(place)
    }
  }

  /** There may be room for the head: memory was given back, somebody was admitted, or the old head has left. It goes on, and the next, as long as they fit. */
  advance(): void {
    if (this.#resuming) return
    this.#resuming = true
    for (let head = this.#forMemory.first; head !== null; head = this.#forMemory.first) {
      // Who leaves in its turn is in nobody's way.
      if (!this.#resume(head) && this.#forMemory.first === head) break
      this.#remove(head)
    }
    this.#resuming = false
  }

  fail(places: Iterable<Place>, errorOf: (place: Place) => KafkaError): void {
    for (const place of Array.from(places)) {
      // Who has failed before may have made this one leave.
      if (!this.#remove(place)) continue
      try {
        place.waiter.fail(errorOf(place))
      } catch (thrown) {
        this.#logThrown(place, thrown)
      }
    }
  }

  failAll(errorOf: (place: Place) => KafkaError): void {
    this.fail(this.#all, errorOf)
    this.#all.stop()
  }

  /** One that throws has had its turn: asked again, it might append its record twice. */
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

  /** @returns false when it has left before */
  #remove(place: Place): boolean {
    if (this.#places.get(place.waiter) !== place) return false
    this.#places.delete(place.waiter)
    place.inAll?.remove()
    place.inLine?.remove()
    this.#bytes -= place.waiter.bytes
    this.#full = null
    while (this.#vigils.length > 0 && this.#isOver(this.#vigils[0]!)) this.#vigils.shift()!.end()
    this.#onLeft()
    return true
  }

  #isOver({ lastNumber }: Vigil): boolean {
    const { first } = this.#all
    return first === null || first.number > lastNumber
  }

  #expire(place: Place): void {
    const error = this.#lateError(place.topic, place.inLine?.list === place.topic.forMetadata)
    this.fail([place], () => error)
    if (!this.#headIsLate()) this.advance()
  }

  /** Many expire at one time; only who stays is worth a try. */
  #headIsLate(): boolean {
    const head = this.#forMemory.first
    return head !== null && this.#runtime.now() - head.since >= this.#maxBlockMs
  }

  #lateError(topic: WaitingTopic, forMetadata: boolean): KafkaError {
    const late = this.#late
    if (late?.topic === topic && late.forMetadata === forMetadata) return late.error
    const error = forMetadata
      ? topic.metadataTimeout(this.#maxBlockMs)
      : this.#memoryTimeout(topic.name)
    this.#late = { topic, forMetadata, error }
    return error
  }

  #memoryTimeout(topic: string): KafkaError {
    const detail = `no room in bufferBytes (${this.#limit}) within ${this.#maxBlockMs} ms; send less at a time, wait for drained(), or raise bufferBytes`
    return new KafkaError('BUFFER_FULL', detail, { topic, persisted: 'no' })
  }

  #fullError(): KafkaError {
    return (this.#full ??= new KafkaError(
      'BUFFER_FULL',
      `${this.#places.size} records wait for room already and hold ${this.#bytes} of ${this.#limit} bytes; await send() or drained() before you send more, or raise bufferBytes`,
      { persisted: 'no' },
    ))
  }
}
