import type { Deliveries } from '../deliveries.js'
import { DemoError } from '../demo-error.js'
import type { InputRecord } from '../input/input.js'
import type { TopicLog } from '../read-back/topic-reader.js'
import { checkPartition, type PartitionFindings } from './partition-check.js'

/** What the verification found in the log. */
export interface Verified {
  /** Batches with records of this run. */
  readonly batches: number
}

/**
 * Compares the records that were sent, the places that the sends returned, and the log.
 * @throws DemoError for the first record that is missing, there twice, changed, or out of order
 */
export function verify(
  records: readonly InputRecord[],
  deliveries: Deliveries,
  log: TopicLog,
): Verified {
  expectOneSettlementEach(deliveries)
  expectOnePartitionPerKey(records, deliveries)
  const places = placesByPartition(deliveries)
  // Partitions without a record of this run are checked, too: there must be none of its records.
  const findings = [...new Set([...places.keys(), ...log.keys()])].map((partition) =>
    checkPartition(
      partition,
      places.get(partition) ?? [],
      log.get(partition) ?? [],
      records,
      deliveries,
    ),
  )
  expectNoneTwice(findings)
  return { batches: findings.reduce((sum, { batches }) => sum + batches, 0) }
}

function expectOneSettlementEach({ acknowledged, count }: Deliveries): void {
  if (acknowledged === count) return
  throw new DemoError(`not verified: ${acknowledged} acknowledgements for ${count} records`)
}

function expectOnePartitionPerKey(
  records: readonly InputRecord[],
  { partitions }: Deliveries,
): void {
  const homes = new Map<string, number>()
  for (const [place, { key }] of records.entries()) {
    if (key === null) continue
    const partition = partitions[place]!
    const home = homes.get(key) ?? partition
    if (partition !== home) {
      throw new DemoError(
        `not verified: line ${place + 1} is in partition ${partition}, its key in ${home}`,
      )
    }
    homes.set(key, home)
  }
}

/** For each partition the places of its records in the input, in the order of the sends. */
function placesByPartition({ partitions }: Deliveries): Map<number, number[]> {
  const places = new Map<number, number[]>()
  for (const [place, partition] of partitions.entries()) {
    const known = places.get(partition)
    if (known === undefined) places.set(partition, [place])
    else known.push(place)
  }
  return places
}

/** Other producers may write to a real topic, too. But a record by the producer of this run must be one that a send returned. */
function expectNoneTwice(findings: readonly PartitionFindings[]): void {
  const ours = new Set(findings.flatMap(({ producerIds }) => [...producerIds]))
  const extra = findings
    .flatMap(({ strangers }) => strangers)
    .find(({ producerId }) => ours.has(producerId))
  if (extra === undefined) return
  const { partition, offset } = extra
  throw new DemoError(
    `not verified: partition ${partition} holds at ${offset} a record that no send returned`,
  )
}
