import { latest, listOffsets } from './list-offsets.js'
import { fetchMetadata, type MetadataBroker } from './metadata.js'
import { parseAddress } from './request.js'

/**
 * How many offsets a topic has given out, over all its partitions, as their leaders tell. Of a new topic without
 * transactions these are its records.
 *
 * @param bootstrapServers - `host:port` with commas between; the first one is asked for the leaders
 * @throws Error where a partition has no leader or its leader does not tell
 */
export async function countRecords(bootstrapServers: string, topic: string): Promise<bigint> {
  const { brokers, topics } = await fetchMetadata(parseAddress(bootstrapServers), [topic])
  const partitions = topics.reduce((sum, each) => sum + each.partitions.length, 0)
  const ask = (broker: MetadataBroker) => listOffsets(broker, topics, latest)
  const offsets = (await Promise.all(brokers.map(ask))).flat()
  const failed = offsets.find(({ errorCode }) => errorCode !== 0)
  if (failed !== undefined)
    throw new Error(`Partition ${failed.partition} of ${topic}: error ${failed.errorCode}.`)
  if (partitions === 0 || offsets.length !== partitions)
    throw new Error(`${offsets.length} of ${partitions} partitions of ${topic} have a leader.`)
  return offsets.reduce((sum, { offset }) => sum + offset, 0n)
}
