import { isDeepStrictEqual } from 'node:util'
import { createEmbeddedCluster } from '@sluice/embedded-broker'
import { createProducer } from '@sluice/producer'
import type { CompressionCodec } from '@sluice/protocol'
import {
  type KafkaCluster,
  readWithJava,
  readWithKcat,
  sharedKafka,
  writeWithJava,
  writeWithKcat,
} from '@sluice/test-kafka'
import { beforeAll, expect, test } from 'vitest'
import { counted, order } from './codec-in-cluster.js'

const count = 20_000

/** Tests of a codec against those of other clients, for the packages that have one. `make` is called in tests only. */
export function codecInKafka(name: string, make: () => CompressionCodec): void {
  let kafka: KafkaCluster
  beforeAll(async () => {
    kafka = await sharedKafka()
  })

  test('what a producer compresses, the Java client and librdkafka read from a real Kafka', async () => {
    const topic = `codec-${name}-${Date.now().toString(36)}`
    await kafka.createTopic(topic, 1)
    const { codec, bytes } = counted(make())
    const { bootstrapServers } = kafka
    const records = Array.from({ length: count }, (_, i) => order(i, topic))
    // Batches of several blocks each.
    await using producer = createProducer({
      bootstrapServers,
      compression: codec,
      batchBytes: 500_000,
    })
    await producer.sendMany(records)
    expect(bytes.made).toBeLessThan(bytes.given / 2)
    const sent = records.map(({ value }) => value)
    const java = await readWithJava(bootstrapServers, topic)
    expect(java.map(({ value }) => String(value))).toEqual(sent)
    const librdkafka = await readWithKcat(bootstrapServers, topic)
    // `toEqual` takes twenty seconds for so many bytes.
    expect(isDeepStrictEqual(librdkafka, java)).toBe(true)
  })

  test.each(writers)('what %s compresses, the codec reads', async (_, write) => {
    const read = countedReads(make())
    await using cluster = await createEmbeddedCluster({ codecs: [read.codec] })
    const values = Array.from({ length: count }, (_unused, i) => order(i).value)
    await write(cluster.bootstrapServers.join(), 'orders', { compression: name, values })
    expect(cluster.records('orders').map(({ value }) => String(value))).toEqual(values)
    expect(read.largest()).toBeGreaterThan(100_000)
  })
}

const writers: [title: string, write: typeof writeWithJava][] = [
  ['the Java client', writeWithJava],
  ['librdkafka', writeWithKcat],
]

/** A codec, and how long the longest was that it decompressed. */
function countedReads(codec: CompressionCodec): { codec: CompressionCodec; largest: () => number } {
  let largest = 0
  const decompress = async (input: Uint8Array, maxBytes: number): Promise<Uint8Array> => {
    const output = await codec.decompress(input, maxBytes)
    largest = Math.max(largest, output.length)
    return output
  }
  return { codec: { ...codec, decompress }, largest: () => largest }
}
