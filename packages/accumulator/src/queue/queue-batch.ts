import { removeRecords, splitRecords } from '@sluice/protocol'
import type { QueueBatch as QueueBatchContract } from '../accumulator-queue.js'
import type { Link } from '../front/lists/linked-list.js'
import type { SealedBatch } from '../messages.js'

/** The part of a batch that a batch which was never split is: all of it. */
interface Part {
  readonly first: number
  readonly count: number
  readonly records: Uint8Array
  readonly maxTimestamp: number
  readonly places: Int32Array | null
}

/** Records that follow one another in the batch that was sealed. */
export interface Run {
  /** The place of the first of them in the batch that was sealed. */
  readonly first: number
  /** Its place in this batch. */
  readonly from: number
  readonly count: number
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
  /** As it was sealed: of memory that a codec has transferred nothing is left. */
  readonly recordBytes: number
  readonly memory: SharedBuffer
  /** Of each record, its place in the batch that was sealed. Null while they follow one another from `first` on. */
  readonly #places: Int32Array | null
  payload: Uint8Array
  codecId: 0 | 1 | 2 | 3 | 4 = 0
  /** True until its codec has answered. */
  compressing = false
  /** True while its codec reads the records. */
  withCodec = false
  /** No attempt before this time, in monotonic ms, unless a newer leader is known. */
  retryAt = 0
  settled = false
  released = false
  /** Its place in the queue of its partition. */
  inPartition: Link<QueueBatch> | null = null
  /** Of the leader that the batch was last sent to. */
  triedLeaderEpoch = -1

  constructor(
    { id, topic, partition, baseTimestamp, since, deadline }: SealedBatch | QueueBatch,
    { first, count, records, maxTimestamp, places }: Part,
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
    this.recordBytes = records.byteLength
    this.payload = records
    this.memory = memory
    this.#places = places
  }

  static from(sealed: SealedBatch): QueueBatch {
    const { buffer, bytes, count, maxTimestamp } = sealed
    const records = new Uint8Array(buffer, 0, bytes)
    return new QueueBatch(
      sealed,
      { first: 0, count, records, maxTimestamp, places: null },
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
    let from = 0
    const parts: QueueBatch[] = []
    for (const { payload, count, maxTimestamp } of splitRecords(
      records,
      baseTimestamp,
      records.byteLength >> 1,
    )) {
      const places = this.#places?.subarray(from, from + count) ?? null
      const part = { first: this.#placeOf(from), count, records: payload, maxTimestamp, places }
      parts.push(new QueueBatch(this, part, memory))
      from += count
    }
    memory.users += parts.length - 1
    this.settled = this.released = true
    return parts
  }

  /** The batch without the records at these places in it. Its own bytes are those of the rest from now on. */
  without(indexes: ReadonlySet<number>): QueueBatch {
    const { records, baseTimestamp, memory } = this
    const removed = removeRecords(records, baseTimestamp, (index) => indexes.has(index))
    const { payload, count, maxTimestamp } = removed
    const places = new Int32Array(count)
    for (let from = 0, to = 0; from < this.count; from++)
      if (!indexes.has(from)) places[to++] = this.#placeOf(from)
    const rest = { first: places[0]!, count, records: payload, maxTimestamp, places }
    this.settled = this.released = true
    return new QueueBatch(this, rest, memory)
  }

  /** `count` of its records, beginning with the one at `from`. */
  runs(from: number, count: number): Run[] {
    if (this.#places === null) return [{ first: this.first + from, from, count }]
    const runs: Run[] = []
    const end = from + count
    for (let start = from, next = from; start < end; start = next) {
      const first = this.#placeOf(start)
      next = start + 1
      while (next < end && this.#placeOf(next) === first + next - start) next++
      runs.push({ first, from: start, count: next - start })
    }
    return runs
  }

  #placeOf(index: number): number {
    return this.#places === null ? this.first + index : this.#places[index]!
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
