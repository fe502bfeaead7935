import { Buffer } from 'node:buffer'
import type { Weather } from './weather.js'

/** What a pipe needs. */
export interface PipeDeps {
  readonly now: () => number
  readonly random: () => number
  readonly weather: Weather
  /** Calls the other end at that time, in its own event loop. */
  at(time: number, run: () => void): void
  /** The other end takes the bytes. */
  deliver(chunk: Buffer): void
}

interface Piece {
  chunk: Buffer
  readonly at: number
}

/** One direction of a connection: bytes arrive in their order, some time later, in other pieces than they were written. */
export class Pipe {
  readonly #deps: PipeDeps
  readonly #underWay: Piece[] = []
  #lastAt = 0
  #isCut = false
  #isPaused = false
  /** Bytes that have been written and not delivered. */
  #bytes = 0
  #room: { readonly below: number; readonly tell: () => void } | null = null

  constructor(deps: PipeDeps) {
    this.#deps = deps
  }

  get bytes(): number {
    return this.#bytes
  }

  write(bytes: Buffer): void {
    if (this.#isCut || bytes.length === 0) return
    const { random, weather } = this.#deps
    this.#bytes += bytes.length
    const last = this.#underWay.at(-1)
    if (last !== undefined && random() < weather.merging)
      last.chunk = Buffer.concat([last.chunk, bytes])
    else if (random() < weather.cutting) this.#inParts(bytes)
    else this.#send(bytes)
  }

  /** Tells each time that so few bytes are under way again. */
  onRoom(below: number, tell: () => void): void {
    this.#room = { below, tell }
  }

  /** Calls the other end behind all bytes. */
  end(run: () => void): void {
    this.#deps.at(this.#arrival(), () => {
      if (!this.#isCut) run()
    })
  }

  /** What has not arrived is lost. */
  cut(): void {
    this.#isCut = true
    this.#underWay.length = 0
  }

  pause(): void {
    this.#isPaused = true
  }

  resume(): void {
    if (!this.#isPaused) return
    this.#isPaused = false
    this.#deps.at(this.#deps.now(), () => this.#arrive())
  }

  /** A cut may fall anywhere, also into the length of a frame. */
  #inParts(bytes: Buffer): void {
    let rest = bytes
    for (let parts = 1 + Math.floor(this.#deps.random() * 3); parts > 0; parts--) {
      const length = Math.floor(this.#deps.random() * rest.length)
      if (length === 0) continue
      this.#send(rest.subarray(0, length))
      rest = rest.subarray(length)
    }
    this.#send(rest)
  }

  #send(chunk: Buffer): void {
    if (this.#deps.weather.isBlackHole) return this.cut()
    const at = this.#arrival()
    this.#underWay.push({ chunk, at })
    this.#deps.at(at, () => this.#arrive())
  }

  #arrival(): number {
    const { now, random, weather } = this.#deps
    const at = now() + weather.fromMs + random() * (weather.toMs - weather.fromMs)
    this.#lastAt = Math.max(at, this.#lastAt)
    return this.#lastAt
  }

  #delivered(bytes: number): void {
    const before = this.#bytes
    this.#bytes -= bytes
    const room = this.#room
    if (room !== null && before >= room.below && this.#bytes < room.below) room.tell()
  }

  #arrive(): void {
    while (!this.#isPaused && !this.#isCut) {
      const [piece] = this.#underWay
      if (piece === undefined || piece.at > this.#deps.now()) return
      this.#underWay.shift()
      this.#delivered(piece.chunk.length)
      this.#deps.deliver(piece.chunk)
    }
  }
}
