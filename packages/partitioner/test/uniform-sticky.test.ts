import { seededRandom } from '@sluice/protocol/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  partitionForKey,
  uniformStickyPartitioner,
  type PartitionInput,
  type TopicPartitioner,
  type UniformStickyOptions,
} from '../src/index.js'
import { scriptedRandom } from './random.js'
import { FakeTopic, keyed, keyless } from './topic.js'

function chooserWith(options: UniformStickyOptions = {}): TopicPartitioner {
  return uniformStickyPartitioner({ random: seededRandom(1), ...options }).forTopic('orders')
}

/** Partitions of records sent one after the other, each of `bytes`; the tail is open where `open` says so. */
function produce(
  chooser: TopicPartitioner,
  topic: FakeTopic,
  records: number,
  { bytes = 100, open = (_record: number): boolean => false, input = keyless } = {},
): number[] {
  return Array.from({ length: records }, (_, record) => {
    const partition = chooser.partition(input, topic)
    chooser.onAppend?.(partition, bytes, open(record))
    return partition
  })
}

/** A topic with one batch in each queue, as while its tail is open. */
function busyTopic(partitionCount: number): FakeTopic {
  const topic = new FakeTopic(partitionCount)
  topic.queues = Array.from({ length: partitionCount }, () => 1)
  return topic
}

describe('records without a key', () => {
  it('stay on one partition until it has taken batchBytes in full batches', () => {
    const chooser = chooserWith({ random: scriptedRandom(0.3, 0.9) })
    const partitions = produce(chooser, new FakeTopic(10), 11)
    expect(partitions).toEqual([3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 9])
  })

  it('do not leave a half-filled batch behind', () => {
    const chooser = chooserWith({ random: scriptedRandom(0.3, 0.9) })
    const partitions = produce(chooser, busyTopic(10), 16, { open: (record) => record !== 14 })
    expect(partitions).toEqual([...Array.from({ length: 15 }, () => 3), 9])
  })

  it('leave a half-filled batch behind once their partition took twice batchBytes', () => {
    const chooser = chooserWith({ random: scriptedRandom(0.3, 0.9) })
    const partitions = produce(chooser, busyTopic(10), 21, { open: () => true })
    expect(partitions).toEqual([...Array.from({ length: 20 }, () => 3), 9])
  })

  // KAFKA-14156: a switch that a half-filled batch held up is made good when the batch has gone.
  it('move on when the half-filled batch that held them has been sent', () => {
    const chooser = chooserWith({ random: scriptedRandom(0.3, 0.9) })
    const topic = busyTopic(10)
    expect(new Set(produce(chooser, topic, 12, { open: () => true }))).toEqual(new Set([3]))
    topic.queues.fill(0)
    expect(chooser.partition(keyless, topic)).toBe(9)
  })

  it('count bytes, not records', () => {
    const chooser = chooserWith({ random: scriptedRandom(0.3, 0.6, 0.9) })
    const partitions = produce(chooser, new FakeTopic(10), 5, { bytes: 500 })
    expect(partitions).toEqual([3, 3, 6, 6, 9])
  })

  it('start to count anew on the next partition', () => {
    const chooser = chooserWith({ random: scriptedRandom(0.3, 0.9) })
    expect(produce(chooser, new FakeTopic(10), 3, { bytes: 990 })).toEqual([3, 3, 9])
    expect(produce(chooser, new FakeTopic(10), 2, { bytes: 990 })).toEqual([9, 9])
  })

  it('go to partitions with a leader only', () => {
    const topic = new FakeTopic(12, [1, 4, 11])
    const partitions = produce(chooserWith(), topic, 300, { bytes: 1000 })
    expect(new Set(partitions)).toEqual(new Set([1, 4, 11]))
  })

  it('leave a partition at once when it has lost its leader', () => {
    const chooser = chooserWith({ random: scriptedRandom(0.3, 0.9) })
    const topic = new FakeTopic(10)
    produce(chooser, topic, 2)
    topic.available = topic.available.filter((partition) => partition !== 3)
    expect(produce(chooser, topic, 10)).toEqual(Array.from({ length: 10 }, () => 9))
  })

  it('stay where they are when other partitions lose their leader', () => {
    const chooser = chooserWith({ random: scriptedRandom(0.3, 0.9) })
    const topic = new FakeTopic(10)
    produce(chooser, topic, 2)
    topic.available = [5, 3, 7]
    expect(produce(chooser, topic, 3)).toEqual([3, 3, 3])
    topic.available.splice(0, 1)
    expect(produce(chooser, topic, 3)).toEqual([3, 3, 3])
  })

  it('leave a partition that is gone since the topic was created anew', () => {
    const chooser = chooserWith({ random: scriptedRandom(0.9) })
    expect(produce(chooser, new FakeTopic(10), 1)).toEqual([9])
    expect(produce(chooser, new FakeTopic(2), 1)).toEqual([1])
  })

  it('reach partitions that were added', () => {
    const chooser = chooserWith()
    const topic = new FakeTopic(1)
    produce(chooser, topic, 5, { bytes: 1000 })
    topic.available = [0, 1, 2]
    topic.partitionCount = 3
    expect(new Set(produce(chooser, topic, 60, { bytes: 1000 }))).toEqual(new Set([0, 1, 2]))
  })

  it('spread over 12 partitions within five standard deviations', () => {
    const switches = 12_000
    const partitions = produce(chooserWith(), new FakeTopic(12), switches * 10)
    const share = 1 / 12
    const deviation = Math.sqrt(switches * share * (1 - share))
    for (let p = 0; p < 12; p++) {
      const visits = partitions.filter((partition) => partition === p).length / 10
      expect(Math.abs(visits - switches * share)).toBeLessThan(5 * deviation)
    }
  })

  it('turn away from a partition whose queue is long', () => {
    const topic = new FakeTopic(12)
    topic.queues = topic.available.map((partition) => (partition === 5 ? 9 : 0))
    const partitions = produce(chooserWith(), topic, 11_100, { bytes: 1000 })
    const visits = partitions.filter((partition) => partition === 5).length
    // Weights: 10 for each of eleven partitions, 1 for this one.
    expect(Math.abs(visits - 100)).toBeLessThan(50)
  })

  it('ignore queues when not adaptive', () => {
    const topic = new FakeTopic(4)
    topic.queues = [1000, 0, 0, 0]
    const partitions = produce(chooserWith({ adaptive: false }), topic, 4000, { bytes: 1000 })
    const visits = partitions.filter((partition) => partition === 0).length
    expect(Math.abs(visits - 1000)).toBeLessThan(5 * Math.sqrt(4000 * 0.25 * 0.75))
  })

  it('turn away from a partition that is not drained in time', () => {
    const topic = new FakeTopic(3)
    topic.delays = [0, 301, 300]
    const chooser = chooserWith({ availabilityTimeoutMs: 300 })
    expect(new Set(produce(chooser, topic, 100, { bytes: 1000 }))).toEqual(new Set([0, 2]))
  })

  it('keep a count for each topic', () => {
    const partitioner = uniformStickyPartitioner({ random: scriptedRandom(0.1, 0.5, 0.9) })
    const topic = new FakeTopic(10)
    const [orders, payments] = [partitioner.forTopic('orders'), partitioner.forTopic('payments')]
    expect(produce(orders, topic, 9)).toEqual(Array.from({ length: 9 }, () => 1))
    expect(produce(payments, topic, 9)).toEqual(Array.from({ length: 9 }, () => 5))
    expect(produce(orders, topic, 2)).toEqual([1, 9])
  })
})

it.each([-1, Number.NaN])('an availabilityTimeoutMs of %d is refused at once', (value) => {
  expect(() => uniformStickyPartitioner({ availabilityTimeoutMs: value })).toThrow(
    expect.objectContaining({
      code: 'INVALID_OPTION',
      message: expect.stringContaining(`${value}`),
    }),
  )
})

describe('records with a key', () => {
  it('go to the partition of their key, with a leader or without', () => {
    const topic = new FakeTopic(12, [0])
    const keys = Array.from({ length: 200 }, (_, i) => `key-${i}`)
    const partitions = keys.map((key) => chooserWith().partition(keyed(key), topic))
    expect(partitions).toEqual(keys.map((key) => partitionForKey(Buffer.from(key), 12)))
    expect(new Set(partitions).size).toBe(12)
  })

  it('do not count towards the share of the sticky partition', () => {
    const chooser = chooserWith({ random: scriptedRandom(0, 0.9) })
    const topic = new FakeTopic(1)
    produce(chooser, topic, 1)
    produce(chooser, topic, 50, { input: keyed('a'), open: () => true })
    topic.available = [0, 1]
    topic.partitionCount = 2
    expect(produce(chooser, topic, 10)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1])
  })

  it('stick and move on like the others when keys are ignored', () => {
    const chooser = chooserWith({ ignoreKeys: true, random: scriptedRandom(0.3, 0.9) })
    const partitions = produce(chooser, new FakeTopic(10), 11, { input: keyed('a') })
    expect(partitions).toEqual([3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 9])
  })
})

describe('any course of sends and changes of the topic', () => {
  const steps = fc.array(
    fc.record({
      key: fc.option(fc.string()),
      bytes: fc.nat(2500),
      open: fc.boolean(),
      partitionCount: fc.integer({ min: 1, max: 9 }),
      leaders: fc.array(fc.nat(8), { minLength: 1, maxLength: 9 }),
    }),
    { maxLength: 60 },
  )
  const inputOf = (key: string | null): PartitionInput => (key === null ? keyless : keyed(key))

  it('places keyless records on partitions with a leader, and keys by their hash', () => {
    fc.assert(
      fc.property(steps, fc.integer(), (course, seed) => {
        const chooser = chooserWith({ random: seededRandom(seed) })
        for (const { key, bytes, open, partitionCount, leaders } of course) {
          const available = [...new Set(leaders.map((leader) => leader % partitionCount))]
          const topic = new FakeTopic(partitionCount, available)
          const partition = chooser.partition(inputOf(key), topic)
          if (key === null) expect(available).toContain(partition)
          else expect(partition).toBe(partitionForKey(Buffer.from(key), partitionCount))
          chooser.onAppend?.(partition, bytes, open)
        }
      }),
    )
  })

  it('gives no partition more than twice batchBytes and a record in one visit', () => {
    const sizes = fc.array(fc.tuple(fc.integer({ min: 1, max: 900 }), fc.boolean()))
    fc.assert(
      fc.property(sizes, (records) => {
        // A draw never repeats here, so each change of partition is a visit.
        let draws = 0
        const chooser = chooserWith({ random: () => (draws++ % 2) / 2 })
        const topic = busyTopic(2)
        let [previous, taken] = [-1, 0]
        for (const [bytes, open] of records) {
          const partition = chooser.partition(keyless, topic)
          if (partition !== previous) {
            expect(previous === -1 || taken >= topic.batchBytes).toBe(true)
            taken = 0
          }
          expect(taken).toBeLessThan(2 * topic.batchBytes)
          chooser.onAppend?.(partition, bytes, open)
          previous = partition
          taken += bytes
        }
      }),
    )
  })
})
