import type { AccumulatorRuntime } from '../../runtime.js'
import { DelayLine } from '../lists/delay-line.js'

/** A caller waits at most this long while there is room. So it stops and goes on ten times a second at most. */
const longestWithRoomMs = 100

interface StoppedCaller {
  readonly since: number
  goOn(): void
}

/**
 * Tells callers when to stop and when to go on. They stop above a high-water mark and go on below a lower one, so that
 * they do not stop and start all the time around one mark. Where others keep the memory between the two marks, a caller
 * that has waited for long enough goes on below the upper one.
 */
export class BackPressure {
  readonly #high: number
  readonly #low: number
  readonly #runtime: AccumulatorRuntime
  /** How many bytes are held now. */
  readonly #heldBytes: () => number
  /** The callers that wait for the low-water mark. */
  readonly #fresh: DelayLine<StoppedCaller>
  /** The callers that wait for room. */
  #patient: StoppedCaller[] = []

  constructor(bufferBytes: number, runtime: AccumulatorRuntime, heldBytes: () => number) {
    this.#high = bufferBytes / 2
    this.#low = bufferBytes / 4
    this.#runtime = runtime
    this.#heldBytes = heldBytes
    this.#fresh = new DelayLine(longestWithRoomMs, runtime, (caller) => this.#hasWaited(caller))
  }

  get hasRoom(): boolean {
    return this.#heldBytes() <= this.#high
  }

  /** Whether any caller waits. */
  get wanted(): boolean {
    return this.#fresh.size + this.#patient.length > 0
  }

  /** Resolves below the low-water mark, or below the high one after a while; at once while there is room. */
  drained(): Promise<void> {
    if (this.hasRoom) return Promise.resolve()
    return new Promise((goOn) => this.#fresh.add({ since: this.#runtime.now(), goOn }))
  }

  /** Less may be held than before. */
  fallen(): void {
    if (!this.wanted) return
    const heldBytes = this.#heldBytes()
    if (heldBytes > this.#high) return
    const patient = this.#patient
    this.#patient = []
    for (const { goOn } of patient) goOn()
    if (heldBytes <= this.#low) for (const { goOn } of this.#fresh.takeAll()) goOn()
  }

  /** Callers still go on below the low-water mark, but leave no timer behind. */
  stop(): void {
    this.#fresh.stop()
  }

  #hasWaited(caller: StoppedCaller): void {
    if (this.hasRoom) caller.goOn()
    else this.#patient.push(caller)
  }
}
