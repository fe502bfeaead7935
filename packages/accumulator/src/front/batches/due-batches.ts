import type { ToQueue } from '../../messages.js'
import type { ResolvedAccumulatorOptions } from '../../options.js'
import type { AccumulatorRuntime } from '../../runtime.js'
import { DelayLine } from '../lists/delay-line.js'
import { LinkedList } from '../lists/linked-list.js'
import type { FrontBatch } from './front-batch.js'
import type { LoopTurn } from './loop-turn.js'

/**
 * A batch takes records for this long, or for lingerMs if that is more, so that no record loses more of its
 * deliveryTimeoutMs. If deliveryTimeoutMs is very short, it is half of that: only sealed batches can expire.
 */
const defaultMaxOpenMs = 1_000

export interface DueBatchesEvents {
  toQueue(message: ToQueue): void
  /** The batch must take no more records: seal it. */
  tooOld(batch: FrontBatch): void
}

/** All open batches, and when each of them may go to the queue (it is due), and when it must go (it is too old). */
export class DueBatches {
  readonly #lingerMs: number
  readonly #maxOpenMs: number
  readonly #turn: LoopTurn
  readonly #events: DueBatchesEvents
  /** The batches opened in this turn. With `lingerMs: 0` they are due when it ends. */
  #openedInTurn: FrontBatch[] = []
  readonly #lingering: DelayLine<FrontBatch>
  /** All open batches, oldest first. */
  readonly #open: DelayLine<FrontBatch>
  /** Those of them that are not due, or only patiently: a flush looks at no other. */
  readonly #notDueNow = new LinkedList<FrontBatch>()

  constructor(
    options: ResolvedAccumulatorOptions,
    runtime: AccumulatorRuntime,
    turn: LoopTurn,
    events: DueBatchesEvents,
  ) {
    const { lingerMs, deliveryTimeoutMs } = options
    this.#lingerMs = lingerMs
    this.#maxOpenMs = Math.max(lingerMs, Math.min(defaultMaxOpenMs, deliveryTimeoutMs / 2))
    this.#turn = turn
    this.#events = events
    this.#lingering = new DelayLine(lingerMs, runtime, (batch) => this.#becomeDue(batch, false))
    this.#open = new DelayLine(this.#maxOpenMs, runtime, (batch) => events.tooOld(batch))
  }

  add(batch: FrontBatch): void {
    batch.inOpen = this.#open.add(batch)
    batch.inNotDueNow = this.#notDueNow.add(batch)
    this.#openedInTurn.push(batch)
    if (this.#lingerMs > 0) batch.inLingering = this.#lingering.add(batch)
  }

  remove({ inOpen, inLingering, inNotDueNow }: FrontBatch): void {
    inOpen?.remove()
    inLingering?.remove()
    inNotDueNow?.remove()
  }

  /** Seals what is too old. Its timer may be late when the event loop was held up. */
  sealOld(): void {
    const old = this.#turn.now() - this.#maxOpenMs
    for (
      let batch = this.#open.first;
      batch !== null && batch.since <= old;
      batch = this.#open.first
    )
      this.#events.tooOld(batch)
  }

  /** @param hurry - whether a caller waits for the memory: then what was opened in this turn is due now */
  endTurn(hurry: boolean): void {
    if (this.#openedInTurn.length === 0) return
    const opened = this.#openedInTurn
    this.#openedInTurn = []
    if (this.#lingerMs > 0 && !hurry) return
    for (const batch of opened) if (batch.due === 'no') this.#becomeDue(batch, !hurry)
  }

  /** Makes all open batches due now: for a flush, or because a record or a caller waits for the memory. */
  becomeDueNow(): void {
    for (const batch of this.#notDueNow) this.#becomeDue(batch, false)
  }

  /** Takes out every open batch. */
  takeAll(): FrontBatch[] {
    const all = [...this.#open]
    for (const batch of all) this.remove(batch)
    return all
  }

  /** Nothing will be added any more: leaves no timer behind. */
  stop(): void {
    this.#open.stop()
    this.#lingering.stop()
  }

  #becomeDue(batch: FrontBatch, patient: boolean): void {
    if (batch.builder === null) return
    batch.due = patient ? 'patiently' : 'now'
    if (!patient) batch.inNotDueNow?.remove()
    const { topic, index: partition } = batch.partition
    this.#events.toQueue({ type: 'due', topic, partition, patient })
  }
}
