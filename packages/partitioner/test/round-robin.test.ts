import { describe, expect, it } from 'vitest'
import { partitionForKey, roundRobinPartitioner } from '../src/index.js'
import { FakeTopic, keyed, keyless } from './topic.js'

const random = (): number => 0.5

describe('round robin', () => {
  it('takes partitions with a leader in turn, from a random one on', () => {
    const chooser = roundRobinPartitioner({ random }).forTopic('orders')
    const topic = new FakeTopic(6, [0, 2, 3, 5])
    const partitions = Array.from({ length: 9 }, () => chooser.partition(keyless, topic))
    expect(partitions).toEqual([3, 5, 0, 2, 3, 5, 0, 2, 3])
  })

  it('gives each partition the same number of records', () => {
    const chooser = roundRobinPartitioner().forTopic('orders')
    const counts = Array.from({ length: 12 }, () => 0)
    for (let i = 0; i < 1200; i++) counts[chooser.partition(keyless, new FakeTopic(12))]!++
    expect(counts).toEqual(Array.from({ length: 12 }, () => 100))
  })

  it('gives keys the partition of their hash, and no turn', () => {
    const chooser = roundRobinPartitioner({ random }).forTopic('orders')
    const topic = new FakeTopic(12, [0, 1])
    expect(chooser.partition(keyless, topic)).toBe(1)
    for (const key of ['a', 'b', 'c']) {
      expect(chooser.partition(keyed(key), topic)).toBe(partitionForKey(Buffer.from(key), 12))
    }
    expect(chooser.partition(keyless, topic)).toBe(0)
  })

  it('gives keys a turn when keys are ignored', () => {
    const chooser = roundRobinPartitioner({ ignoreKeys: true, random }).forTopic('orders')
    const topic = new FakeTopic(4)
    expect([1, 2, 3].map(() => chooser.partition(keyed('a'), topic))).toEqual([2, 3, 0])
  })

  it('goes on as partitions come and go', () => {
    const chooser = roundRobinPartitioner({ random: () => 0 }).forTopic('orders')
    const next = (...available: number[]): number =>
      chooser.partition(keyless, new FakeTopic(9, available))
    expect([next(0, 1, 2), next(0, 1, 2), next(0, 1, 2)]).toEqual([0, 1, 2])
    expect([next(4, 7), next(4, 7), next(4, 7, 8), next(8)]).toEqual([4, 7, 8, 8])
  })

  it('starts topics apart', () => {
    const starts = [0, 0.99]
    const partitioner = roundRobinPartitioner({ random: () => starts.shift()! })
    const [first, second] = [partitioner.forTopic('a'), partitioner.forTopic('b')]
    const topic = new FakeTopic(12)
    expect([first.partition(keyless, topic), second.partition(keyless, topic)]).toEqual([0, 11])
  })
})
