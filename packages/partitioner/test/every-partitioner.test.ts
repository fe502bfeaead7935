import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  crc32Partitioner,
  kafkajsLegacyPartitioner,
  murmur2Partitioner,
  rackAware,
  roundRobinPartitioner,
  uniformStickyPartitioner,
} from '../src/index.js'
import { FakeTopic, keyedBytes, keyless } from './topic.js'

const topics = fc
  .tuple(fc.integer({ min: 1, max: 20 }), fc.array(fc.nat(19), { minLength: 1, maxLength: 20 }))
  .map(([count, leaders]) => new FakeTopic(count, [...new Set(leaders.map((p) => p % count))]))

describe.each([
  ['uniform sticky', uniformStickyPartitioner()],
  ['round robin', roundRobinPartitioner()],
  ['murmur2', murmur2Partitioner()],
  ['crc32', crc32Partitioner()],
  ['kafkajs legacy', kafkajsLegacyPartitioner()],
  ['rack-aware', rackAware(uniformStickyPartitioner(), { rack: 'a' })],
])('the %s partitioner', (_, partitioner) => {
  it('puts records without a key on partitions that have a leader', () => {
    const chooser = partitioner.forTopic('orders')
    fc.assert(
      fc.property(topics, (topic) => {
        topic.racks = topic.available.map((partition) => (partition % 2 ? 'a' : 'b'))
        const partition = chooser.partition(keyless, topic)
        expect(topic.available).toContain(partition)
        chooser.onAppend?.(partition, 700, false)
      }),
    )
  })

  it('puts keys where they belong among all partitions, whichever have a leader', () => {
    const chooser = partitioner.forTopic('orders')
    const keys = fc.uint8Array({ minLength: 1 })
    fc.assert(
      fc.property(topics, keys, (topic, key) => {
        const home = chooser.partition(keyedBytes(key), new FakeTopic(topic.partitionCount))
        expect(chooser.partition(keyedBytes(key), topic)).toBe(home)
      }),
    )
  })
})
