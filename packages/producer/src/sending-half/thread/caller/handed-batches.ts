import type { SealedBatch, SettledMessage, ToFront } from '@sluice/accumulator'
import type { ErrorDescription } from '@sluice/protocol'
import { SentMarks } from '../sent-marks.js'

/** A batch on the sender's thread. */
interface Handed {
  readonly batch: Pick<SealedBatch, 'id' | 'topic' | 'partition' | 'count'>
  /** Null where another batch has the place of its mark. */
  readonly place: number | null
  unsettled: number
  released: boolean
  /** The records that have settled, where not all of them have settled at once. */
  settled: SettledMessage[] | null
}

/** The error of a batch that ends with the thread. */
export type ErrorOfLost = (
  batch: Pick<SealedBatch, 'topic' | 'partition'>,
  persisted: 'no' | 'possibly',
) => ErrorDescription

/**
 * The batches that were handed to one sender's thread, until they are settled and released. When the thread dies nobody else
 * knows what was lost.
 */
export class HandedBatches {
  readonly marks = new SentMarks()
  readonly #onSettled: (of: Pick<SealedBatch, 'topic' | 'partition'>) => void
  /** By id, in the order in which they were handed over: in each partition that is the order of append. */
  readonly #batches = new Map<number, Handed>()
  readonly #places = new Set<number>()

  /** @param onSettled - is told of each batch all of whose records have settled, or are lost */
  constructor(onSettled: (of: Pick<SealedBatch, 'topic' | 'partition'>) => void) {
    this.#onSettled = onSettled
  }

  get empty(): boolean {
    return this.#batches.size === 0
  }

  add({ id, topic, partition, count }: SealedBatch): void {
    const place = this.marks.placeOf(id)
    const isFree = !this.#places.has(place)
    if (isFree) this.#places.add(place)
    this.#batches.set(id, {
      batch: { id, topic, partition, count },
      place: isFree ? place : null,
      unsettled: count,
      released: false,
      settled: null,
    })
  }

  settled(message: SettledMessage): void {
    const handed = this.#batches.get(message.batch)
    if (handed === undefined) return
    handed.unsettled -= message.count
    if (handed.unsettled > 0) {
      handed.settled ??= []
      handed.settled.push(message)
      return
    }
    this.#onSettled(handed.batch)
    this.#forgetIfDone(handed)
  }

  released(id: number): void {
    const handed = this.#batches.get(id)
    if (handed === undefined) return
    handed.released = true
    this.#forgetIfDone(handed)
  }

  /** What the front must hear when the thread is lost: each record settles, and each batch is released. */
  *lost(errorOf: ErrorOfLost): Generator<ToFront> {
    const lost = [...this.#batches.values()]
    this.#batches.clear()
    for (const handed of lost) {
      const { batch, place } = handed
      const isUnsent = place !== null && !this.marks.has(batch.id)
      if (handed.unsettled > 0) {
        this.#onSettled(batch)
        const failure = errorOf(batch, isUnsent ? 'no' : 'possibly')
        for (const run of unsettledRuns(handed)) yield { ...run, failure }
      }
      if (!handed.released) yield { type: 'released', batch: batch.id, buffer: new ArrayBuffer(0) }
    }
  }

  #forgetIfDone({ batch, place, unsettled, released }: Handed): void {
    if (unsettled > 0 || !released) return
    this.#batches.delete(batch.id)
    if (place === null) return
    this.#places.delete(place)
    this.marks.clear(batch.id)
  }
}

function* unsettledRuns({ batch, settled }: Handed): Generator<SettledMessage> {
  const done = (settled ?? []).toSorted((a, b) => a.first - b.first)
  let first = 0
  for (const message of [...done, { first: batch.count, count: 0 }]) {
    if (message.first > first) yield failed(batch.id, first, message.first - first)
    first = message.first + message.count
  }
}

function failed(batch: number, first: number, count: number): SettledMessage {
  return { type: 'settled', batch, first, count, failure: null, baseOffset: -1n, logAppendTime: -1 }
}
