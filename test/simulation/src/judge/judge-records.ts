import type { Entry } from '../program/ledger.js'
import type { Fault } from '../scenario/fault.js'
import type { ProducerSettings } from '../scenario/scenario.js'
import type { PartitionLog } from './logs.js'

/** Compares what callers were told with what is in the logs. @returns what is wrong, in words */
export function judgeRecords(
  entries: readonly Entry[],
  logs: readonly PartitionLog[],
  { isIdempotent, isKept }: Promises = { isIdempotent: true, isKept: true },
): string[] {
  const places = placesOf(logs)
  return [
    ...logs.flatMap((log) => judgeLog(isIdempotent ? log : onlyFirst(log, entries), entries)),
    ...entries.flatMap((entry) => judgeEntry(entry, places.get(entry.id) ?? [], isKept)),
  ]
}

/** What a producer with these options promises of its records. */
export interface Promises {
  /** Nothing is there twice, and each producer's order is kept. */
  readonly isIdempotent: boolean
  /** What was acknowledged is in the log. */
  readonly isKept: boolean
}

/** Without acknowledgements nobody knows what arrives; that of a leader alone is worth nothing when its log is lost. */
export function promisesOf({
  producer,
  faults,
}: {
  readonly producer: Pick<ProducerSettings, 'acks' | 'idempotent'>
  readonly faults: readonly Fault[]
}): Promises {
  const { acks = 'all', idempotent: isIdempotent = true } = producer
  const isLost = acks === 1 && faults.some(({ kind }) => losing.has(kind))
  return { isIdempotent, isKept: acks !== 0 && !isLost }
}

const losing: ReadonlySet<Fault['kind']> = new Set<Fault['kind']>(['loseTail'])

/** Without idempotence a record may come again, and late where it has failed. What was acknowledged came in its order first. */
function onlyFirst({ records, ...log }: PartitionLog, entries: readonly Entry[]): PartitionLog {
  const seen = new Set<number>()
  const isFirst = (id: number): boolean => !seen.has(id) && seen.add(id).has(id)
  const acknowledged = records.filter(({ id }) => entries[id]?.metadata !== null)
  return { ...log, records: acknowledged.filter(({ id }) => isFirst(id)) }
}

interface Place {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
}

function placesOf(logs: readonly PartitionLog[]): Map<number, Place[]> {
  const places = new Map<number, Place[]>()
  for (const { topic, partition, records } of logs) {
    for (const { id, offset } of records) {
      const place = { topic, partition, offset }
      const known = places.get(id)
      if (known === undefined) places.set(id, [place])
      else known.push(place)
    }
  }
  return places
}

function judgeLog(
  { topic, partition, records }: PartitionLog,
  entries: readonly Entry[],
): string[] {
  const found: string[] = []
  const name = `${topic}-${partition}: ${records.map(({ id }) => id).join(' ')}`
  if (new Set(records.map(({ id }) => id)).size < records.length) found.push(`twice in ${name}`)
  // Each producer has its own order; one that was closed may have had requests under way.
  const last = new Map<number, number>()
  for (const { id } of records) {
    const entry = entries[id]
    if (entry === undefined || entry.topic !== topic) {
      found.push(`never sent there, and in ${name}`)
      continue
    }
    if (id < (last.get(entry.producer) ?? -1)) found.push(`${id} out of order in ${name}`)
    last.set(entry.producer, id)
  }
  return found
}

function judgeEntry(entry: Entry, places: readonly Place[], isKept: boolean): string[] {
  const { id, settled, error, metadata } = entry
  if (settled !== 1) return [`record ${id} settled ${settled} times`]
  const wrongPlace = places.find(
    ({ partition }) => entry.partition !== undefined && partition !== entry.partition,
  )
  if (wrongPlace !== undefined) return [`record ${id} is in partition ${wrongPlace.partition}`]
  if (metadata !== null) {
    const isThere = places.some(
      ({ partition, offset }) =>
        partition === metadata.partition && (metadata.offset === -1n || metadata.offset === offset),
    )
    return isThere || !isKept
      ? []
      : [
          `record ${id} was acknowledged at ${metadata.partition}/${metadata.offset} and is not there`,
        ]
  }
  if (error === null) return [`record ${id} failed with no error`]
  return judgeFailure(entry, places.length > 0)
}

function judgeFailure({ id, error }: Entry, isThere: boolean): string[] {
  const { code, persisted } = error!
  if (persisted === undefined)
    return [`record ${id} failed with ${code}, which does not say whether it is in the log`]
  if (persisted === 'possibly' || isThere === (persisted === 'yes')) return []
  return [
    `record ${id} failed with ${code}, persisted: '${persisted}', and is ${isThere ? '' : 'not '}there`,
  ]
}
