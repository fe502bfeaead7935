import { RecordBatchBuilder } from '@sluice/protocol'
import { generator, order } from '../orders.js'

/** The records of a batch: nearly 64 KiB of orders in JSON, with names that repeat, and numbers and ids that do not. */
export function jsonBatch(): Buffer {
  const storage = new ArrayBuffer(65_536)
  const batch = new RecordBatchBuilder(storage)
  const random = generator()
  for (let i = 0; batch.capacity - batch.bytes > roomForOne; i++) {
    batch.append(1_700_000_000_000 + i, `order-${i}`, JSON.stringify(order(random)), null)
  }
  return Buffer.from(batch.payload())
}

/** The bytes that a builder wants free for a record: three for each UTF-16 unit. */
const roomForOne = 1_200
