import type { BatchRecord } from '@sluice/protocol'
import type { Deliveries } from '../deliveries.js'
import { DemoError } from '../demo-error.js'
import type { InputRecord } from '../input/input.js'
import type { LogBatch } from '../read-back/log-batch.js'

/** What the log of one partition holds. */
export interface PartitionFindings {
  /** Batches with records of this run. */
  readonly batches: number
  /** The ids of the producers that wrote these batches. */
  readonly producerIds: ReadonlySet<bigint>
  /** Records that no send of this run returned. */
  readonly strangers: readonly Stranger[]
}

export interface Stranger {
  readonly partition: number
  readonly offset: bigint
  readonly producerId: bigint
}

/**
 * Compares the log with the records that were acknowledged there, in the order of the sends.
 * @throws DemoError when a record is missing, changed, or before a record that was sent earlier
 */
export function checkPartition(
  partition: number,
  places: readonly number[],
  batches: readonly LogBatch[],
  records: readonly InputRecord[],
  { offsets }: Deliveries,
): PartitionFindings {
  expectOrder(places, offsets)
  const findings = { batches: 0, producerIds: new Set<bigint>(), strangers: [] as Stranger[] }
  let found = 0
  for (const batch of batches) {
    const before = found
    for (const record of batch.records) {
      const place = places[found]
      if (place !== undefined && offsets[place] === record.offset) {
        expectSame(record, records[place]!, place)
        found++
      } else
        findings.strangers.push({ partition, offset: record.offset, producerId: batch.producerId })
    }
    if (found === before) continue
    findings.batches++
    findings.producerIds.add(batch.producerId)
  }
  const missing = places[found]
  if (missing !== undefined) throw notThere(missing, partition, offsets)
  return findings
}

function expectOrder(places: readonly number[], offsets: BigInt64Array): void {
  for (let index = 1; index < places.length; index++) {
    const earlier = places[index - 1]!
    const later = places[index]!
    if (offsets[later]! > offsets[earlier]!) continue
    throw new DemoError(
      `not verified: line ${later + 1} is not behind line ${earlier + 1}, which was sent before it`,
    )
  }
}

function expectSame({ key, value }: BatchRecord, sent: InputRecord, place: number): void {
  const sentKey = sent.key === null ? null : Buffer.from(sent.key)
  if (sameBytes(key, sentKey) && sameBytes(value, sent.value)) return
  throw new DemoError(`not verified: line ${place + 1} was read back with other bytes`)
}

function sameBytes(a: Uint8Array | null, b: Buffer | null): boolean {
  return a === null || b === null ? a === b : b.equals(a)
}

function notThere(place: number, partition: number, offsets: BigInt64Array): DemoError {
  return new DemoError(
    `not verified: line ${place + 1} is not in partition ${partition} at ${offsets[place]}`,
  )
}
