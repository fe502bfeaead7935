import { readFileSync } from 'node:fs'

const file: { keys: string[] } = JSON.parse(
  readFileSync(new URL('fixtures/librdkafka-vectors.json', import.meta.url), 'utf8'),
)

/** Where librdkafka's `consistent_random` put random keys. */
export const librdkafkaKeys = file.keys.map((row) => {
  const [hex, partitionOf12] = row.split(' ; ')
  return { key: Buffer.from(hex!, 'hex'), partitionOf12: Number(partitionOf12) }
})
