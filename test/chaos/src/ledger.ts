import type { KafkaError, RecordMetadata } from '@sluice/protocol'

/** What became of a record. */
export const fates = { open: 0, acknowledged: 1, no: 2, possibly: 3, yes: 4 } as const

/** A record that was refused; `persisted` is what its error said. */
export interface Rejection {
  readonly id: number
  readonly code: string
  readonly persisted: 'no' | 'possibly' | 'yes'
  readonly message: string
}

const mostRejections = 20_000

/**
 * Keeps what each record was told, in eleven bytes a record and no object, so that an hour's load leaves the heap as it
 * was. A record's id is its place in the order of sending.
 */
export class Ledger {
  sent = 0
  acknowledged = 0
  rejected = 0
  /** Settled more than once. */
  resettled = 0
  /** Acknowledged without an offset (DUPLICATE_SEQUENCE_NUMBER). */
  withoutOffset = 0
  readonly rejections: Rejection[] = []
  #fates: Uint8Array
  #partitions: Int16Array
  #offsets: Float64Array

  /** @param capacity - records to make room for; more take more */
  constructor(capacity = 65_536) {
    this.#fates = new Uint8Array(capacity)
    this.#partitions = new Int16Array(capacity)
    this.#offsets = new Float64Array(capacity)
  }

  /** @returns the next record's id */
  next(): number {
    if (this.sent === this.#fates.length) this.#grow()
    return this.sent++
  }

  acknowledge(id: number, { partition, offset }: RecordMetadata): void {
    if (!this.#settle(id, fates.acknowledged)) return
    this.acknowledged++
    this.#partitions[id] = partition
    this.#offsets[id] = Number(offset)
    if (offset < 0n) this.withoutOffset++
  }

  reject(id: number, { code, persisted = 'no', message }: KafkaError): void {
    if (!this.#settle(id, fates[persisted])) return
    this.rejected++
    if (this.rejections.length < mostRejections)
      this.rejections.push({ id, code, persisted, message })
  }

  fateOf(id: number): number {
    return this.#fates[id]!
  }

  partitionOf(id: number): number {
    return this.#partitions[id]!
  }

  /** −1 where the broker gave none. */
  offsetOf(id: number): number {
    return this.#offsets[id]!
  }

  #settle(id: number, fate: number): boolean {
    if (this.#fates[id] === fates.open) {
      this.#fates[id] = fate
      return true
    }
    this.resettled++
    return false
  }

  #grow(): void {
    const capacity = 2 * this.#fates.length
    const grown = <Kept extends { set(from: Kept): void }>(to: Kept, from: Kept): Kept => {
      to.set(from)
      return to
    }
    this.#fates = grown(new Uint8Array(capacity), this.#fates)
    this.#partitions = grown(new Int16Array(capacity), this.#partitions)
    this.#offsets = grown(new Float64Array(capacity), this.#offsets)
  }
}
