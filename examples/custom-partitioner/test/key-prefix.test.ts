import { partitionForKey, type PartitionInput, type TopicView } from '@sluice/partitioner'
import { partitionerConformance } from '@sluice/partitioner/testing'
import { expect, test } from 'vitest'
import { keyPrefixPartitioner } from '../src/key-prefix.js'

partitionerConformance(test, () => keyPrefixPartitioner())

const topic: TopicView = {
  partitionCount: 12,
  available: [3],
  batchBytes: 16_384,
  queuedBatches: () => 0,
  delayedMs: () => 0,
}

const input = (key: string | null): PartitionInput => ({
  keyBytes: key === null ? null : Buffer.from(key),
  record: { topic: 'orders', key, value: 'value' },
})

test('keys with one prefix share the partition of the prefix', () => {
  const chooser = keyPrefixPartitioner().forTopic('orders')
  for (const prefix of ['acme', 'umbrella', '']) {
    const home = partitionForKey(Buffer.from(prefix), 12)
    for (const key of [`${prefix}:o-17`, `${prefix}:o-18`, `${prefix}:`])
      expect(chooser.partition(input(key), topic)).toBe(home)
  }
})

test('a key without a separator is its own prefix, and no key goes where a leader is', () => {
  const chooser = keyPrefixPartitioner({ separator: '/' }).forTopic('orders')
  expect(chooser.partition(input('a:b'), topic)).toBe(partitionForKey(Buffer.from('a:b'), 12))
  expect(chooser.partition(input(null), topic)).toBe(3)
})
