import type { BatchAttempt, QueuedBatch } from '@sluice/accumulator'

/** A batch whose payload is its name: the kit's broker tells by it what has arrived. */
export class KitBatch implements QueuedBatch {
  readonly topic = 'orders'
  readonly first = 0
  readonly count = 3
  readonly baseTimestamp = 0
  readonly maxTimestamp = 0
  readonly codecId = 0
  readonly payload: Uint8Array
  readonly attempt: BatchAttempt = {
    count: 0,
    node: -1,
    leaderEpoch: -1,
    producerId: -1n,
    producerEpoch: -1,
    sequence: -1,
    maybeWritten: false,
    unsureTopics: [],
    oldLogs: [],
    lastError: null,
  }
  retryAt = -Infinity

  constructor(
    readonly id: number,
    readonly partition: number,
    readonly since: number,
    readonly deadline: number,
  ) {
    this.payload = new TextEncoder().encode(this.name)
  }

  get name(): string {
    return `batch ${this.id}`
  }
}
