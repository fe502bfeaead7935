import { Buffer } from 'node:buffer'
import type { ErrorCode } from '@sluice/protocol'
import type { BatchAnswer, WireBatch } from './wire-batch.js'

/** After these a batch goes on as parts, or without some of its records. */
const dividing: ReadonlySet<ErrorCode | null> = new Set<ErrorCode | null>([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
])

interface Epoch {
  readonly producerId: bigint
  readonly epoch: number
  /** Of the next new batch. */
  next: number
  /** Where the last batch, and what remains of it, may begin again. */
  nextOfShorter: number
  readonly batches: Map<number, WireBatch>
  /** Which records have gone as other batches, since theirs was divided. */
  readonly divided: Set<number>
}

/** The sequences of one partition: each epoch begins at 0 and goes on without a gap, and what is repeated is the same. */
export class SequencesOnWire {
  #epoch: Epoch | null = null
  readonly #former = new Set<bigint>()

  sent(batch: WireBatch): string[] {
    const found: string[] = []
    const { producerId, epoch } = batch
    const present = this.#epoch
    if (present?.producerId !== producerId || present.epoch !== epoch) {
      if (present !== null) found.push(...this.#changed(present, batch))
      this.#epoch = {
        producerId,
        epoch,
        next: 0,
        nextOfShorter: -1,
        batches: new Map(),
        divided: new Set(),
      }
    }
    return [...found, ...ofEpoch(this.#epoch!, batch)]
  }

  answered(batch: WireBatch, { code }: BatchAnswer): void {
    const present = this.#epoch
    if (present === null || !dividing.has(code) || batch.ids.length < 2) return
    const known = present.batches.get(batch.ids[0]!)
    if (known?.sequence !== batch.sequence || known.ids.length !== batch.ids.length) return
    for (const id of batch.ids) {
      present.divided.add(id)
      present.batches.delete(id)
    }
    // Without some of its records the batch ends earlier. Where it was the last one, the sequences go on from there.
    if (present.next === batch.sequence + batch.ids.length) present.nextOfShorter = batch.sequence
  }

  #changed(present: Epoch, { producerId, epoch }: WireBatch): string[] {
    if (this.#former.has(producerId)) return ['has a producer id that was given up']
    if (producerId !== present.producerId) {
      this.#former.add(present.producerId)
      return []
    }
    return epoch < present.epoch ? [`comes after epoch ${present.epoch}`] : []
  }
}

function ofEpoch(present: Epoch, batch: WireBatch): string[] {
  const [id] = batch.ids as [number]
  const before = present.batches.get(id)
  if (before !== undefined) {
    if (Buffer.compare(before.bytes, batch.bytes) === 0) return []
    return [`differs from what was sent as ${before.sequence}`]
  }
  present.batches.set(id, batch)
  const { divided, next, nextOfShorter } = present
  const { sequence } = batch
  const end = sequence + batch.ids.length
  const isPart = divided.has(id)
  if (isPart && sequence === nextOfShorter) {
    present.next = end
    present.nextOfShorter = end
  } else if (!isPart || sequence >= next) {
    present.next = sequence === nextOfShorter ? end : Math.max(next, end)
    present.nextOfShorter = -1
    if (sequence !== next && sequence !== nextOfShorter) return [`is not ${next}, which is due`]
  }
  return []
}
