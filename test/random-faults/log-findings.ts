import type { KafkaError } from '@sluice/protocol'

/** A record that was sent, and how it was settled. */
export interface ToldRecord {
  readonly partition: number
  /** Each record has another value. */
  readonly value: string
  /** How many times it was settled. */
  readonly settled: number
  readonly error: KafkaError | null
  readonly offset: bigint | null
}

/** The values in a partition by offset: one log, and one more for each time that its topic was created again. */
export type PartitionLogs = readonly (readonly string[])[]

/**
 * Judges the logs after a scenario.
 *
 * @param logs By partition.
 * @param sent In the order of sending.
 * @returns Everything that is wrong, in words; empty when all is right.
 */
export function findings(logs: readonly PartitionLogs[], sent: readonly ToldRecord[]): string[] {
  const places = new Map(sent.map(({ value }, place) => [value, place]))
  return [
    ...logs.flatMap((ofPartition, partition) =>
      ofPartition.flatMap((values) => findingsOfLog(values, partition, places)),
    ),
    ...sent.flatMap((one) => findingsOfRecord(one, logs[one.partition]!)),
  ]
}

function findingsOfLog(
  values: readonly string[],
  partition: number,
  places: ReadonlyMap<string, number>,
): string[] {
  const found: string[] = []
  const inLog = `partition ${partition}: ${values.join(' ')}`
  if (new Set(values).size < values.length) found.push(`twice in ${inLog}`)
  const order = values.map((value) => places.get(value) ?? -1)
  if (order.includes(-1)) found.push(`never sent, and in ${inLog}`)
  if (order.some((place, index) => index > 0 && place < order[index - 1]!))
    found.push(`out of order in ${inLog}`)
  return found
}

function findingsOfRecord(
  { value, settled, error, offset }: ToldRecord,
  logs: PartitionLogs,
): string[] {
  if (settled !== 1) return [`${value} settled ${settled} times`]
  const isThere = logs.some((log) => log.includes(value))
  if (error === null) {
    // A leader that has forgotten the batch cannot tell its offset.
    const isAtItsPlace =
      offset === -1n ? isThere : logs.some((log) => log[Number(offset)] === value)
    return isAtItsPlace ? [] : [`${value} was acknowledged at ${offset} and is not there`]
  }
  const { persisted, code } = error
  if (persisted === undefined)
    return [`${value} failed with ${code}, which does not say whether it is in the log`]
  if (persisted === 'possibly' || isThere === (persisted === 'yes')) return []
  return [
    `${value} failed with ${code}, persisted: '${persisted}', and is ${isThere ? '' : 'not '}there`,
  ]
}
