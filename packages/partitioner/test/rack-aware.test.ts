import { seededRandom } from '@sluice/protocol/testing'
import { describe, expect, it } from 'vitest'
import {
  murmur2Partitioner,
  partitionForKey,
  rackAware,
  roundRobinPartitioner,
  uniformStickyPartitioner,
  type TopicPartitioner,
} from '../src/index.js'
import { FakeTopic, keyed, keyless } from './topic.js'

/** A topic whose leaders are in these racks. */
function topicInRacks(...racks: (string | undefined)[]): FakeTopic {
  const topic = new FakeTopic(racks.length)
  topic.racks = racks
  return topic
}

const inA = (): TopicPartitioner =>
  rackAware(roundRobinPartitioner({ random: () => 0 }), { rack: 'a' }).forTopic('orders')

const place = (chooser: TopicPartitioner, topic: FakeTopic, count: number): number[] =>
  Array.from({ length: count }, () => {
    const partition = chooser.partition(keyless, topic)
    chooser.onAppend?.(partition, topic.batchBytes, false)
    return partition
  })

describe('a rack-aware partitioner', () => {
  it('keeps records without a key on the partitions led in its rack', () => {
    const topic = topicInRacks('a', 'b', 'a', undefined, 'c', 'a')
    expect(place(inA(), topic, 4)).toEqual([0, 2, 5, 0])
  })

  it('takes only those of them that have a leader', () => {
    const topic = topicInRacks('a', 'b', 'a')
    topic.available = [1, 2]
    expect(place(inA(), topic, 2)).toEqual([2, 2])
  })

  it('takes all that have a leader while none is in its rack', () => {
    const topic = topicInRacks('a', 'b', 'c')
    topic.available = [1, 2]
    expect(place(inA(), topic, 3)).toEqual([1, 2, 1])
  })

  it('takes all where the racks are not known', () => {
    expect(place(inA(), new FakeTopic(3), 4)).toEqual([0, 1, 2, 0])
  })

  it('follows leaders that move to other racks', () => {
    const topic = topicInRacks('a', 'b', 'b')
    const chooser = inA()
    expect(place(chooser, topic, 2)).toEqual([0, 0])
    topic.racks = ['b', 'a', 'b']
    topic.available = [0, 1, 2]
    expect(place(chooser, topic, 2)).toEqual([1, 1])
  })

  it('looks the racks up once, not for each record', () => {
    const topic = topicInRacks('a', 'b', 'a')
    let looks = 0
    const { leaderRack } = topic
    topic.leaderRack = (partition) => {
      looks++
      return leaderRack.call(topic, partition)
    }
    place(inA(), topic, 100)
    expect(looks).toBe(3)
  })

  it('leaves keys where they are', () => {
    const chooser = rackAware(murmur2Partitioner(), { rack: 'a' }).forTopic('orders')
    const topic = topicInRacks(...Array.from({ length: 12 }, (_, p) => (p === 5 ? 'a' : 'b')))
    const keys = Array.from({ length: 100 }, (_, i) => `key-${i}`)
    expect(keys.map((key) => chooser.partition(keyed(key), topic))).toEqual(
      keys.map((key) => partitionForKey(Buffer.from(key), 12)),
    )
  })

  it('prefers short queues within its rack', () => {
    const sticky = uniformStickyPartitioner({ random: seededRandom(1123) })
    const chooser = rackAware(sticky, { rack: 'a' }).forTopic('orders')
    const topic = topicInRacks('a', 'b', 'a', 'a')
    topic.queues = [9, 0, 0, 0]
    const partitions = place(chooser, topic, 2_100)
    const visits = [0, 1, 2, 3].map((p) => partitions.filter((each) => each === p).length)
    // Weights: 1, and 10 for each of two.
    expect(visits[1]).toBe(0)
    expect(Math.abs(visits[0]! - 100)).toBeLessThan(5 * Math.sqrt(100))
    expect(Math.abs(visits[2]! - 1000)).toBeLessThan(5 * Math.sqrt(500))
  })

  it('leaves out partitions of its rack that are not drained in time', () => {
    const sticky = uniformStickyPartitioner({ availabilityTimeoutMs: 300 })
    const chooser = rackAware(sticky, { rack: 'a' }).forTopic('orders')
    const topic = topicInRacks('a', 'b', 'a')
    topic.delays = [301, 0, 0]
    expect(new Set(place(chooser, topic, 50))).toEqual(new Set([2]))
  })

  it('has no onAppend where the wrapped one has none', () => {
    expect(inA().onAppend).toBeUndefined()
  })

  it.each(['', undefined as unknown as string])('refuses %j for a rack', (rack) => {
    expect(() => rackAware(roundRobinPartitioner(), { rack })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION' }),
    )
  })
})
