import { splitRecords } from '@sluice/protocol'
import type { QueueBatch as QueueBatchContract } from '../accumulator-queue.js'
import type { SealedBatch } from '../messages.js'

/** The part of a batch that a batch which was never split is: all of it. */
interface Part {
  readonly first: number
  readonly count: number
  readonly records: Uint8Array
  readonly maxTimestamp: number
}

/**
 * A sealed batch, or a part of one, and the payload to send: its records, or their compressed form once there is one.
 * The records stay until the end, so that nothing need ever be decompressed.
 */
export class QueueBatch implements QueueBatchContract {
  readonly id: number
  readonly topic: string
  readonly partition: number
  readonly first: number
  readonly count: number
  readonly baseTimestamp: number
  readonly maxTimestamp: number
  readonly since: number
  readonly deadline: number
  readonly records: Uint8Array
  readonly memory: SharedBuffer
  payload: Uint8Array
  codecId: 0 | 1 | 2 | 3 | 4 = 0
  /** True until its codec has answered. */
  compressing = false
  /** No attempt before this time, in monotonic ms, unless a newer leader is known. */
  retryAt = 0
  settled = false
  released = false
  /** Of the leader that the batch was last sent to. */
  triedLeaderEpoch = -1

  constructor(
    { id, topic, partition, baseTimestamp, since, deadline }: SealedBatch | QueueBatch,
    { first, count, records, maxTimestamp }: Part,
    memory: SharedBuffer,
  ) {
    this.id = id
    this.topic = topic
    this.partition = partition
    this.first = first
    this.count = count
    this.baseTimestamp = baseTimestamp
    this.maxTimestamp = maxTimestamp
    this.since = since
    this.deadline = deadline
    this.records = records
    this.payload = records
    this.memory = memory
  }

  static from(sealed: SealedBatch): QueueBatch {
    const { buffer, bytes, count, maxTimestamp } = sealed
    const records = new Uint8Array(buffer, 0, bytes)
    return new QueueBatch(
      sealed,
      { first: 0, count, records, maxTimestamp },
      new SharedBuffer(buffer),
    )
  }

  /** Ids are given in the order of append and never wrap, as sequences do. Parts of one batch are in the order of their records. */
  isBefore(other: QueueBatchContract): boolean {
    return this.id < other.id || (this.id === other.id && this.first < other.first)
  }

  /** Parts of up to half its size. Its own bytes are theirs from now on. */
  split(): QueueBatch[] {
    const { records, baseTimestamp, memory } = this
    let { first } = this
    const parts: QueueBatch[] = []
    for (const { payload, count, maxTimestamp } of splitRecords(
      records,
      baseTimestamp,
      records.byteLength >> 1,
    )) {
      const part = { first, count, records: payload, maxTimestamp }
      parts.push(new QueueBatch(this, part, memory))
      first += count
    }
    memory.users += parts.length - 1
    this.settled = this.released = true
    return parts
  }
}

/** A batch's memory: free once none of its parts is read any more. */
export class SharedBuffer {
  readonly buffer: ArrayBuffer
  users = 1

  constructor(buffer: ArrayBuffer) {
    this.buffer = buffer
  }
}
