import type { TopicSpec } from './create-topics.js'
import { earliest, listOffsets } from './list-offsets.js'
import { tryMetadata, type MetadataBroker, type MetadataTopic } from './metadata.js'
import { waitFor } from './wait-for.js'

/** Waits until a broker knows the leader of every partition, and serves those it leads itself. */
export async function topicsReady(
  broker: MetadataBroker,
  topics: readonly Pick<TopicSpec, 'name' | 'partitions'>[],
): Promise<void> {
  const names = topics.map(({ name }) => name)
  await waitFor(`broker ${broker.id} serves ${names.join(', ')}`, async () => {
    const metadata = await tryMetadata(broker, names)
    const found = metadata?.topics ?? []
    const known = topics.every((topic) => isKnown(topic.partitions, named(found, topic.name)))
    return known && (await servesItsOwn(broker, found))
  })
}

function named(topics: readonly MetadataTopic[], wanted: string): MetadataTopic | undefined {
  return topics.find(({ name }) => name === wanted)
}

function isKnown(partitions: number, topic: MetadataTopic | undefined): boolean {
  return topic?.partitions.filter(({ leader }) => leader >= 0).length === partitions
}

// A broker tells of a new partition before it has made the files for it, and until then refuses
// records for it: so it is asked for something that only a leader at work answers.
async function servesItsOwn(
  broker: MetadataBroker,
  topics: readonly MetadataTopic[],
): Promise<boolean> {
  const found = await listOffsets(broker, topics, earliest).catch(() => undefined)
  return found?.every(({ errorCode }) => errorCode === 0) ?? false
}
