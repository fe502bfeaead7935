import { readFileSync } from 'node:fs'

const file: { keys: string[]; queues: string[] } = JSON.parse(
  readFileSync(new URL('fixtures/java-vectors.json', import.meta.url), 'utf8'),
)

/** What Kafka's `Utils.murmur2` and `BuiltInPartitioner.partitionForKey` answer for random keys. */
export const javaKeys = file.keys.map((row) => {
  const [hex, hash, partitionOf12] = row.split(' ; ')
  return { key: Buffer.from(hex!, 'hex'), hash: Number(hash), partitionOf12: Number(partitionOf12) }
})

/** The partition that Kafka's `BuiltInPartitioner` draws for each random number from 0 up. */
export const javaDraws = file.queues.map((row) => {
  const [queues, chosen] = row.split(' ; ').map((cell): number[] => JSON.parse(cell))
  return { queues: queues!, chosen: chosen! }
})
