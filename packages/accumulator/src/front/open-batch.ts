import { RecordBatchBuilder } from '@sluice/protocol'
import type { RecordToAppend } from '../accumulator-front.js'
import type { Delivery } from '../delivery.js'
import type { PartitionSlot } from './partition-slot.js'

/** A batch that takes records, and later the keeper of their deliveries until it is settled. */
export class OpenBatch {
  readonly id: number
  readonly slot: PartitionSlot
  /** When it was opened, monotonic ms. */
  readonly since: number
  /** Null once sealed: the bytes are the queue's then. */
  builder: RecordBatchBuilder | null
  due: 'no' | 'patiently' | 'now' = 'no'
  /** What its deliveries hold of `bufferBytes`. */
  heldBytes = 0
  // Parallel arrays rather than an object a record.
  readonly deliveries: Delivery[] = []
  readonly as: unknown[] = []
  readonly bs: unknown[] = []
  readonly timestamps: number[] = []

  constructor(id: number, slot: PartitionSlot, since: number, buffer: ArrayBuffer) {
    this.id = id
    this.slot = slot
    this.since = since
    this.builder = new RecordBatchBuilder(buffer)
  }

  append(
    builder: RecordBatchBuilder,
    record: RecordToAppend,
    delivery: Delivery,
    a: unknown,
    b: unknown,
  ): number {
    const bytes = builder.append(record.timestamp, record.key, record.value, record.headers)
    this.heldBytes += delivery.heldBytes
    this.deliveries.push(delivery)
    this.as.push(a)
    this.bs.push(b)
    this.timestamps.push(record.timestamp)
    return bytes
  }
}
