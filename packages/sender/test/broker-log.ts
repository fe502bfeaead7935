import type { ErrorCode } from '@sluice/protocol'
import type { WireBatch } from '../../../test/random-faults/wire-batch.js'

interface Remembered {
  readonly first: number
  readonly last: number
  readonly offset: bigint
}

interface ProducerState {
  epoch: number
  batches: Remembered[]
}

export type AppendResult =
  | { readonly code: null; readonly offset: bigint }
  | { readonly code: ErrorCode }

const mask = 0x7fff_ffff

/** The log of one partition with Kafka's window of the last five batches of a producer. Written for these tests, from Kafka's rules. */
export class BrokerLog {
  readonly values: string[] = []
  readonly #producers = new Map<bigint, ProducerState>()

  append(batch: WireBatch): AppendResult {
    const { producerId, epoch, sequence: first, count } = batch
    const last = (first + count - 1) & mask
    const state = this.#producers.get(producerId)
    if (state === undefined) return this.#write(batch, { epoch, batches: [] }, last)
    if (epoch < state.epoch) return { code: 'INVALID_PRODUCER_EPOCH' }
    if (epoch > state.epoch) {
      if (first !== 0) return { code: 'OUT_OF_ORDER_SEQUENCE_NUMBER' }
      return this.#write(batch, { epoch, batches: [] }, last)
    }
    const known = state.batches.find((seen) => seen.first === first && seen.last === last)
    if (known !== undefined) return { code: null, offset: known.offset }
    const expected = (state.batches.at(-1)!.last + 1) & mask
    if (first !== expected) return { code: 'OUT_OF_ORDER_SEQUENCE_NUMBER' }
    return this.#write(batch, state, last)
  }

  /** Stopped in good order and started again: a snapshot of the producers keeps only the last batch of each. */
  restart(): void {
    for (const state of this.#producers.values()) state.batches = state.batches.slice(-1)
  }

  #write(batch: WireBatch, state: ProducerState, last: number): AppendResult {
    const offset = BigInt(this.values.length)
    this.values.push(...batch.values)
    state.batches = [...state.batches, { first: batch.sequence, last, offset }].slice(-5)
    this.#producers.set(batch.producerId, state)
    return { code: null, offset }
  }
}
