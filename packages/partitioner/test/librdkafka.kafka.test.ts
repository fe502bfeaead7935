import { type KafkaCluster, placeWithKcat, readWithKcat, sharedKafka } from '@sluice/test-kafka'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { crc32Partitioner, murmur2Partitioner, type Partitioner } from '../src/index.js'
import { FakeTopic, keyedBytes } from './topic.js'

const seed = 20_001
// kcat takes a tab for the end of the key, and a line feed for the end of the record.
const byte = fc.integer({ min: 0, max: 255 }).filter((value) => value !== 0x0a && value !== 0x09)
const keyOf = (minLength: number): fc.Arbitrary<Uint8Array> =>
  fc.array(byte, { minLength, maxLength: 40 }).map((bytes) => Uint8Array.from(bytes))

let kafka: KafkaCluster
beforeAll(async () => {
  kafka = await sharedKafka()
})

test.each([
  // librdkafka spreads empty keys at random then.
  { partitioner: 'consistent_random', ours: crc32Partitioner(), partitions: 12, minLength: 1 },
  { partitioner: 'consistent', ours: crc32Partitioner(), partitions: 7, minLength: 1 },
  { partitioner: 'murmur2_random', ours: murmur2Partitioner(), partitions: 12, minLength: 0 },
  { partitioner: 'murmur2', ours: murmur2Partitioner(), partitions: 7, minLength: 0 },
])(
  '10 000 random keys are placed as by $partitioner of librdkafka',
  async ({ partitioner, ours, partitions, minLength }) => {
    const topic = `placed-${partitioner}-${Date.now()}`
    await kafka.createTopic(topic, partitions)
    const keys = fc.sample(keyOf(minLength), { seed, numRuns: 10_000 })
    await placeWithKcat(kafka.bootstrapServers, topic, { partitioner, keys })
    const theirs = await readWithKcat(kafka.bootstrapServers, topic)
    const inOrder = (all: readonly (Uint8Array | null)[]): string[] =>
      all.map((key) => Buffer.from(key!).toString('hex')).sort()
    expect(inOrder(theirs.map(({ key }) => key))).toEqual(inOrder(keys))
    const place = placedBy(ours, partitions)
    const wrong = theirs.filter(({ key, partition }) => place(key!) !== partition)
    expect(wrong, `keys of seed ${seed}`).toEqual([])
  },
)

function placedBy(partitioner: Partitioner, partitions: number): (key: Buffer) => number {
  const chooser = partitioner.forTopic('placed')
  const topic = new FakeTopic(partitions)
  return (key) => chooser.partition(keyedBytes(key), topic)
}
