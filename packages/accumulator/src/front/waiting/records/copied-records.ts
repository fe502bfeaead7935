import { Buffer } from 'node:buffer'
import type {
  LateContent,
  Placed,
  Placer,
  RecordToAppend,
  WaitingRecord,
} from '../../../accumulator-front.js'
import type { Delivery } from '../../../delivery.js'
import { Column } from './column.js'
import { ReadRecord, recordBytes, writeRecord } from './record-bytes.js'

/** What a record costs beside its bytes and its delivery: the number where it begins, in an array that grows. */
const slotBytes = 12
const smallestCapacity = 256
/** A group takes no more records beyond this many bytes. */
const fullBytes = 32_768

/** Records that were copied into one piece of memory, for the memory of their caller may change. */
export class CopiedRecords {
  #bytes: Buffer = Buffer.alloc(0)
  #end = 0
  #heldBytes = 0
  #size = 0
  /** Where each record begins; −1 once it was removed. */
  readonly #starts: number[] = []
  readonly #deliveries = new Column<Delivery>()
  readonly #a = new Column<unknown>()
  readonly #b = new Column<unknown>()
  readonly #placers = new Column<Placer>()
  #last: OneRecord | null = null

  /** How many were ever added. They are numbered from 0. */
  get count(): number {
    return this.#starts.length
  }

  /** How many of them have not been removed. */
  get size(): number {
    return this.#size
  }

  /** How many records wait here. A record that stands for many has a group of its own. */
  get waitingRecords(): number {
    const placer = this.count === 1 ? this.#placers.at(0) : null
    return placer?.waitingRecords ?? this.#size
  }

  /** What they hold of the memory for waiting records. */
  get heldBytes(): number {
    return this.#bytes.length + this.#heldBytes
  }

  /** True when a record of this many bytes should begin another group. */
  isFullFor(bytes: number): boolean {
    return this.#end > 0 && this.#end + bytes > fullBytes
  }

  /** By how much the group grows with a record of this many bytes. */
  costOf(bytes: number, delivery: Delivery): number {
    const growth = this.#capacityFor(bytes) - this.#bytes.length
    return growth + slotBytes + waitingBytesOf(delivery)
  }

  /**
   * @param bytes - what `recordBytes` says of the record
   * @returns the index of the record
   */
  add(
    record: RecordToAppend,
    bytes: number,
    delivery: Delivery,
    a: unknown,
    b: unknown,
    placer: Placer,
  ): number {
    const capacity = this.#capacityFor(bytes)
    if (capacity > this.#bytes.length) this.#moveTo(capacity)
    const start = this.#end
    this.#end = writeRecord(this.#bytes, start, record)
    this.#heldBytes += slotBytes + waitingBytesOf(delivery)
    this.#size++
    this.#deliveries.add(delivery)
    this.#a.add(a)
    this.#b.add(b)
    this.#placers.add(placer)
    return this.#starts.push(start) - 1
  }

  has(index: number): boolean {
    return this.#starts[index]! >= 0
  }

  deliveryOf(index: number): Delivery {
    return this.#deliveries.at(index)
  }

  aOf(index: number): unknown {
    return this.#a.at(index)
  }

  bOf(index: number): unknown {
    return this.#b.at(index)
  }

  /** The record as it was given. One that found no room is asked for again and again. */
  read(index: number): OneRecord {
    if (this.#last?.index === index) return this.#last
    const [delivery, a, b] = [this.deliveryOf(index), this.aOf(index), this.bOf(index)]
    return (this.#last = new OneRecord(this.#bytes, this.#starts[index]!, index, delivery, a, b))
  }

  /** Whether the record stands for many. */
  isInParts(index: number): boolean {
    return this.#placers.at(index).inParts === true
  }

  /**
   * Appends the record, if there is room.
   *
   * @param partition - where a parked record belongs; −1 when that is not known
   */
  place(index: number, partition: number): Placed {
    const record = this.read(index)
    if (partition >= 0) record.partition = partition
    return this.#placers.at(index).place(record)
  }

  /** The one record there is, with this key and value. */
  completed(key: LateContent, value: LateContent): CopiedRecords {
    const { delivery, a, b, ...reserved } = this.read(0)
    const { partition, headers, timestamp } = reserved
    const record = {
      partition,
      key: key === undefined ? reserved.key : key,
      value: value === undefined ? reserved.value : value,
      headers,
      timestamp,
    }
    const completed = new CopiedRecords()
    completed.add(record, recordBytes(record), delivery, a, b, this.#placers.at(0))
    completed.trim()
    return completed
  }

  remove(index: number): void {
    this.#heldBytes -= slotBytes + waitingBytesOf(this.#deliveries.at(index))
    this.#size--
    this.#starts[index] = -1
    this.#a.forget(index)
    this.#b.forget(index)
    if (this.#last?.index === index) this.#last = null
  }

  /** No record will be added: gives up the room for more. @returns how many bytes that were */
  trim(): number {
    const free = this.#bytes.length - this.#end
    if (free > 0) this.#moveTo(this.#end)
    return free
  }

  #capacityFor(bytes: number): number {
    const needed = this.#end + bytes
    let capacity = Math.max(smallestCapacity, this.#bytes.length)
    while (capacity < needed) capacity *= 2
    return needed > fullBytes ? needed : capacity
  }

  #moveTo(capacity: number): void {
    // Not of Node's pool, whose memory lives as long as the last piece of it.
    const moved = Buffer.allocUnsafeSlow(capacity)
    moved.set(this.#bytes.subarray(0, this.#end))
    this.#bytes = moved
  }
}

function waitingBytesOf({ waitingBytes, heldBytes }: Delivery): number {
  return waitingBytes ?? heldBytes
}

class OneRecord extends ReadRecord implements WaitingRecord {
  readonly index: number
  readonly delivery: Delivery
  readonly a: unknown
  readonly b: unknown

  constructor(
    from: Buffer,
    start: number,
    index: number,
    delivery: Delivery,
    a: unknown,
    b: unknown,
  ) {
    super(from, start)
    this.index = index
    this.delivery = delivery
    this.a = a
    this.b = b
  }
}
