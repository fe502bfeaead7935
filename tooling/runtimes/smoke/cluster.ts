import { createEmbeddedCluster, type EmbeddedCluster } from '@sluice/embedded-broker'
import { createProducer, type ProducerOptions } from '@sluice/producer'
import type { CompressionCodec, ProducerRecord } from '@sluice/protocol'

export const topic = 'smoke'
const partitions = 6
/** Some for each partition, with and without a key, of which each tells its number. */
const count = 2_000

export function startCluster(
  codecs: readonly CompressionCodec[] = [],
  brokers = 3,
): Promise<EmbeddedCluster> {
  return createEmbeddedCluster({ brokers, topics: { [topic]: { partitions } }, codecs })
}

export const records: readonly ProducerRecord[] = Array.from({ length: count }, (_, number) => ({
  topic,
  key: number % 2 === 0 ? null : `key-${number % 50}`,
  value: JSON.stringify({ number, note: 'as ever '.repeat(5) }),
  headers: { number: `${number}` },
}))

/** Sends all records with a producer of these options, and looks whether the cluster has each of them once. */
export async function sendAll(
  options: Partial<ProducerOptions>,
  codec?: CompressionCodec,
): Promise<void> {
  await using cluster = await startCluster(codec === undefined ? [] : [codec])
  const compression = codec === undefined ? {} : { compression: codec }
  await using producer = createProducer({
    bootstrapServers: cluster.bootstrapServers,
    ...compression,
    ...options,
  })
  const sent = await Promise.all(records.map((record) => producer.send(record)))
  if (sent.some(({ offset }) => offset < 0n)) throw new Error('a record was given no offset')
  expectAll(cluster)
}

/** @throws where a record is missing, or there twice, or others are there */
export function expectAll(cluster: EmbeddedCluster): void {
  const found = cluster.records(topic).map(({ value }) => String(value))
  const wanted = records.map(({ value }) => String(value))
  const isSame = found.toSorted().join('\n') === wanted.toSorted().join('\n')
  if (!isSame) throw new Error(`the cluster has ${found.length} records, not the ${count} sent`)
}
