import type { EmbeddedRecord } from '@sluice/embedded-broker'
import { groupId } from '../program/transactions/transactions.js'
import type { World } from '../world/world.js'
import type { Visible } from './judge-transactions.js'

/** A record in a log, by the number that its value begins with. */
export interface Logged {
  readonly id: number
  readonly offset: bigint
}

/** What consumers of committed records see at the end. */
export function visibleIn({ cluster }: World, topics: readonly string[]): Visible {
  const records = topics.flatMap((topic) => cluster.records(topic, { isolation: 'read_committed' }))
  const offset = cluster.committedOffsets(groupId).at(-1)?.offset
  return {
    ids: new Set(records.map(({ value }) => Number.parseInt(String(value)))),
    offset: offset === undefined ? null : Number(offset),
  }
}

/** One log of a partition. A topic that was created again has several, one after the other. */
export interface PartitionLog {
  readonly topic: string
  readonly partition: number
  readonly records: readonly Logged[]
}

/** All logs of the world. */
export function logsOf(world: World, topics: readonly string[]): PartitionLog[] {
  return topics.flatMap((topic) =>
    [...(world.buried.get(topic) ?? []), world.cluster.records(topic)].flatMap((records) =>
      byPartition(topic, records),
    ),
  )
}

function byPartition(topic: string, records: readonly EmbeddedRecord[]): PartitionLog[] {
  const logs = new Map<number, Logged[]>()
  for (const { partition, offset, value } of records) {
    const log = logs.get(partition) ?? []
    logs.set(partition, log)
    log.push({ id: Number.parseInt(String(value)), offset })
  }
  return [...logs].map(([partition, logged]) => ({ topic, partition, records: logged }))
}
