import { RecordBatchBuilder } from '@sluice/protocol'
import type { RecordToAppend } from '../../accumulator-front.js'
import type { Delivery } from '../../delivery.js'
import type { Link } from '../lists/linked-list.js'
import type { BatchDeliveries } from './batch-deliveries.js'
import type { PartitionSlot } from './partition-slot.js'

/** A batch that takes records, and later the keeper of their deliveries until it is settled. */
export class OpenBatch {
  readonly id: number
  readonly slot: PartitionSlot
  /** When it was opened, monotonic ms. */
  readonly since: number
  /** Bytes of records with which it is full. */
  readonly limit: number
  /** Null once sealed: the bytes are the queue's then. */
  builder: RecordBatchBuilder | null
  readonly deliveries: BatchDeliveries
  due: 'no' | 'patiently' | 'now' = 'no'
  /** Records that have not heard of their end. */
  unsettled = 0
  /** Whether the queue has its buffer. */
  lent = false
  /** Among its partition's that are not settled, among the open ones, and among those that linger. */
  inSlot: Link<OpenBatch> | null = null
  inOpen: Link<OpenBatch> | null = null
  inLingering: Link<OpenBatch> | null = null

  constructor(
    id: number,
    slot: PartitionSlot,
    since: number,
    limit: number,
    buffer: ArrayBuffer,
    deliveries: BatchDeliveries,
  ) {
    this.id = id
    this.slot = slot
    this.since = since
    this.limit = limit
    this.builder = new RecordBatchBuilder(buffer)
    this.deliveries = deliveries
  }

  append(
    builder: RecordBatchBuilder,
    record: RecordToAppend,
    delivery: Delivery,
    a: unknown,
    b: unknown,
  ): number {
    const bytes = builder.append(record.timestamp, record.key, record.value, record.headers)
    this.deliveries.add(delivery, record.timestamp, a, b)
    this.unsettled++
    return bytes
  }
}
