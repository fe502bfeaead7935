import type { BatchAttempt, QueuedBatch } from '../accumulator-queue.js'
import type { SealedBatch } from '../messages.js'

/**
 * A sealed batch and the payload to send: its records, or their compressed form once there is one.
 * The records stay until the end, so that nothing need ever be decompressed.
 */
export class SealedRecords implements QueuedBatch {
  readonly id: number
  readonly topic: string
  readonly partition: number
  readonly first: number = 0
  readonly count: number
  readonly baseTimestamp: number
  readonly maxTimestamp: number
  readonly since: number
  readonly deadline: number
  readonly buffer: ArrayBuffer
  payload: Uint8Array
  codecId: 0 | 1 | 2 | 3 | 4 = 0
  /** True until its codec has answered. */
  compressing = false
  retryAt = 0
  readonly attempt: BatchAttempt = {
    count: 0,
    leaderEpoch: -1,
    producerId: -1n,
    producerEpoch: -1,
    sequence: -1,
    maybeWritten: false,
    lastError: null,
  }

  constructor(sealed: SealedBatch) {
    this.id = sealed.id
    this.topic = sealed.topic
    this.partition = sealed.partition
    this.count = sealed.count
    this.baseTimestamp = sealed.baseTimestamp
    this.maxTimestamp = sealed.maxTimestamp
    this.since = sealed.since
    this.deadline = sealed.deadline
    this.buffer = sealed.buffer
    this.payload = new Uint8Array(sealed.buffer, 0, sealed.bytes)
  }
}
