import { readRecords } from '@sluice/protocol'
import type { CheckedBatch } from './stored-batch.js'

/** Kafka's `message.timestamp.after.max.ms`. */
const aheadMs = 3_600_000

/**
 * Finds the records whose timestamp is more than an hour ahead, which Kafka refuses.
 *
 * @param now Milliseconds since 1970.
 * @returns Their places in the batch.
 */
export function recordsAhead(
  { batch, maxTimestamp, payload }: CheckedBatch,
  now: number,
): number[] {
  if (maxTimestamp - now <= aheadMs) return []
  const indexes: number[] = []
  let index = 0
  for (const { timestamp } of readRecords(batch, payload)) {
    if (timestamp - now > aheadMs) indexes.push(index)
    index++
  }
  return indexes
}
