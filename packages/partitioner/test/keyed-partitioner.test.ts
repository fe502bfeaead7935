import { describe, expect, it } from 'vitest'
import {
  crc32Partitioner,
  kafkajsLegacyPartitioner,
  murmur2Partitioner,
  partitionForKey,
  uniformStickyPartitioner,
  type KeyedOptions,
  type Partitioner,
} from '../src/index.js'
import { javaKeys } from './java-vectors.js'
import { scriptedRandom } from './random.js'
import { FakeTopic, keyed, keyedBytes, keyless } from './topic.js'

describe('the murmur2 partitioner', () => {
  it('puts keys where Java does', () => {
    const chooser = murmur2Partitioner().forTopic('orders')
    const topic = new FakeTopic(12, [0])
    expect(javaKeys.map(({ key }) => chooser.partition(keyedBytes(key), topic))).toEqual(
      javaKeys.map(({ partitionOf12 }) => partitionOf12),
    )
  })

  it('takes an empty key for a key, as Java does', () => {
    const chooser = murmur2Partitioner().forTopic('orders')
    const home = partitionForKey(new Uint8Array(), 12)
    expect(chooser.partition(keyed(''), new FakeTopic(12, [0]))).toBe(home)
  })
})

describe.each([
  ['murmur2', murmur2Partitioner],
  ['crc32', crc32Partitioner],
  ['kafkajs legacy', kafkajsLegacyPartitioner],
])('the %s partitioner', (_, make: (options?: KeyedOptions) => Partitioner) => {
  const random = (): (() => number) => scriptedRandom(0.3, 0.9)

  it('leaves records without a key to the one it was given', () => {
    const chooser = make({ keyless: uniformStickyPartitioner({ random: random() }) }).forTopic(
      'orders',
    )
    const topic = new FakeTopic(10)
    expect(chooser.partition(keyless, topic)).toBe(3)
    chooser.onAppend?.(3, topic.batchBytes, false)
    expect(chooser.partition(keyless, topic)).toBe(9)
  })

  it('does not tell it of records with a key', () => {
    const chooser = make({ keyless: uniformStickyPartitioner({ random: random() }) }).forTopic(
      'orders',
    )
    const topic = new FakeTopic(10)
    expect(chooser.partition(keyless, topic)).toBe(3)
    chooser.onAppend?.(3, 1, true)
    chooser.partition(keyed('a'), topic)
    chooser.onAppend?.(3, topic.batchBytes, false)
    expect(chooser.partition(keyless, topic)).toBe(3)
  })

  it('takes one without onAppend', () => {
    const keylessPartitioner = { forTopic: () => ({ partition: () => 4 }) }
    const chooser = make({ keyless: keylessPartitioner }).forTopic('orders')
    expect(chooser.partition(keyless, new FakeTopic(10))).toBe(4)
    expect(() => chooser.onAppend?.(4, 100, true)).not.toThrow()
  })

  it('gives each topic its own', () => {
    const names: string[] = []
    const forTopic = (name: string): { partition: () => number } => {
      names.push(name)
      return { partition: () => 0 }
    }
    const partitioner = make({ keyless: { forTopic } })
    partitioner.forTopic('a')
    partitioner.forTopic('b')
    expect(names).toEqual(['a', 'b'])
  })
})
