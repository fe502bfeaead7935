import fc from 'fast-check'
import { Partitioners } from 'kafkajs'
import { describe, expect, it, test } from 'vitest'
import { kafkajsLegacyPartitioner, partitionForKey } from '../src/index.js'
import { FakeTopic, keyedBytes, keyless } from './topic.js'

const value = 'value'

/** Where kafkajs itself puts keys, and records without one, in a topic whose partitions have these leaders. */
function placedByKafkajs(
  keys: readonly (Uint8Array | null)[],
  leaders: number[],
  createPartitioner = Partitioners.LegacyPartitioner,
): number[] {
  const partitionMetadata = leaders.map((leader, partitionId) => {
    const nodes = { leader, replicas: [], isr: [] }
    return { partitionErrorCode: 0, partitionId, ...nodes }
  })
  const place = createPartitioner()
  return keys.map((bytes) => {
    const key = bytes === null ? null : Buffer.from(bytes)
    return place({ topic: 'orders', partitionMetadata, message: { key, value } })
  })
}

function placedByUs(keys: readonly (Uint8Array | null)[], topic: FakeTopic): number[] {
  const chooser = kafkajsLegacyPartitioner().forTopic('orders')
  return keys.map((key) => chooser.partition(key === null ? keyless : keyedBytes(key), topic))
}

const seed = 2_002
const randomKeys = fc.sample(fc.uint8Array({ maxLength: 70 }), { seed, numRuns: 10_000 })

test('the default partitioner of kafkajs 2 puts 10 000 random keys where murmur2 does', () => {
  const leaders = Array.from({ length: 12 }, () => 1)
  const theirs = placedByKafkajs(randomKeys, leaders, Partitioners.DefaultPartitioner)
  expect(theirs).toEqual(randomKeys.map((key) => partitionForKey(key, 12)))
})

describe('the legacy partitioner of kafkajs', () => {
  it.each([1, 7, 12, 1000])('puts 10 000 random keys where kafkajs does, of %i partitions', (n) => {
    const leaders = Array.from({ length: n }, (_, partition) => partition % 3)
    expect(placedByUs(randomKeys, new FakeTopic(n))).toEqual(placedByKafkajs(randomKeys, leaders))
  })

  it('puts keys of text where kafkajs does', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const keys = [Buffer.from(text)]
        const leaders = Array.from({ length: 50 }, () => 1)
        expect(placedByUs(keys, new FakeTopic(50))).toEqual(placedByKafkajs(keys, leaders))
      }),
    )
  })

  it('puts most keys elsewhere than Java does', () => {
    const keys = Array.from({ length: 1000 }, (_, i) => Buffer.from(`order-${i}`))
    const placed = placedByUs(keys, new FakeTopic(12))
    const same = keys.filter((key, i) => partitionForKey(key, 12) === placed[i])
    expect(same.length).toBeLessThan(200)
  })

  it('puts records without a key on the partitions with a leader in turn, as kafkajs does', () => {
    const leaders = [-1, 4, 5, -1, 6, 4]
    const keys = Array.from({ length: 8 }, () => null)
    const theirs = placedByKafkajs(keys, leaders)
    const ours = placedByUs(keys, new FakeTopic(6, [1, 2, 4, 5]))
    const turns = [...ours, ...ours]
    const start = turns.indexOf(theirs[0]!)
    expect(turns.slice(start, start + 4)).toEqual(theirs.slice(0, 4))
    expect(ours.slice(0, 4)).toEqual(ours.slice(4))
  })
})
