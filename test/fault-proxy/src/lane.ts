import type { Socket } from 'node:net'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import type { Direction, Faults, Outcome } from './faults.js'

/** What may wait here before its sender is no longer read. */
const maxQueuedBytes = 4_194_304

export interface LaneEnds {
  readonly direction: Direction
  readonly from: Socket
  readonly to: Socket
  /** Both ends get a reset. */
  reset(): void
}

/** One direction of one connection: takes what comes in apart, and lets the pieces out again as the faults say. */
export class Lane {
  readonly #ends: LaneEnds
  readonly #faults: Faults
  #chain: Promise<void> = Promise.resolve()
  #queuedBytes = 0

  constructor(ends: LaneEnds, faults: Faults) {
    this.#ends = ends
    this.#faults = faults
  }

  /**
   * @param take - cuts bytes into what is judged as a whole
   * @param judge - what becomes of one of those
   */
  open(
    take: (chunk: Buffer) => readonly Buffer[],
    judge: (unit: Buffer) => Promise<Outcome>,
  ): void {
    const { from, to } = this.#ends
    from.on('data', (chunk: Buffer) => {
      for (const unit of take(chunk)) this.#queue(unit, judge)
    })
    from.on('end', () =>
      this.#then(async () => {
        await this.#faults.gate
        to.end()
      }),
    )
  }

  #queue(unit: Buffer, judge: (unit: Buffer) => Promise<Outcome>): void {
    const { from } = this.#ends
    const arrivedAt = performance.now()
    this.#queuedBytes += unit.length
    if (this.#queuedBytes > maxQueuedBytes) from.pause()
    // Judged as it arrives, so that whoever holds it sees what comes behind; it passes in its turn.
    const verdict = judge(unit)
    verdict.catch(() => {})
    this.#then(async () => {
      await this.#pass(await verdict, arrivedAt)
      this.#queuedBytes -= unit.length
      if (this.#queuedBytes <= maxQueuedBytes) from.resume()
    })
  }

  /** One after the other; whoever is gone by then is told nothing. */
  #then(step: () => Promise<void>): void {
    this.#chain = this.#chain.then(() => (this.#ends.to.destroyed ? undefined : step()))
    this.#chain.catch(() => this.#ends.reset())
  }

  async #pass(verdict: Outcome, arrivedAt: number): Promise<void> {
    await this.#faults.gate
    if (verdict === 'reset') return this.#ends.reset()
    if (typeof verdict === 'string') return
    const { delayMs = 0, pieceBytes = verdict.length, pauseMs = 0 } = this.#faults.pace
    const lateMs = arrivedAt + delayMs - performance.now()
    if (lateMs > 0) await sleep(lateMs)
    for (let offset = 0; offset < verdict.length; offset += pieceBytes) {
      if (offset > 0) await (pauseMs > 0 ? sleep(pauseMs) : nextTurn())
      await this.#faults.gate
      if (!this.#write(verdict.subarray(offset, offset + pieceBytes))) return
    }
  }

  /** @returns false when the connection is gone */
  #write(piece: Uint8Array): boolean {
    const { to, direction, reset } = this.#ends
    const { left } = this.#faults
    const passing = Math.min(piece.length, left[direction])
    left[direction] -= passing
    if (to.destroyed) return false
    if (left[direction] > 0) {
      to.write(piece)
      return true
    }
    left[direction] = Infinity
    to.write(piece.subarray(0, passing), () => reset())
    return false
  }
}
