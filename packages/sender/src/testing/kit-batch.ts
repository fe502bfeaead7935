import type { QueueBatch } from '@sluice/accumulator'

/** A batch whose payload is its name: the kit's broker tells by it what has arrived. */
export class KitBatch implements QueueBatch {
  readonly topic = 'orders'
  readonly first = 0
  readonly count = 3
  readonly baseTimestamp = 0
  readonly maxTimestamp = 0
  readonly codecId = 0
  readonly payload: Uint8Array
  retryAt = -Infinity
  triedLeaderEpoch = -1

  constructor(
    readonly id: number,
    readonly partition: number,
    readonly since: number,
    readonly deadline: number,
  ) {
    this.payload = new TextEncoder().encode(this.name)
  }

  isBefore(other: QueueBatch): boolean {
    return this.id < other.id
  }

  get name(): string {
    return `batch ${this.id}`
  }
}
