import { seededRandom } from '@sluice/protocol/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WeightedDraw } from '../src/weighted-draw.js'
import { javaDraws } from './java-vectors.js'
import { FakeTopic } from './topic.js'

const defaults = { adaptive: true, availabilityTimeoutMs: 0, random: Math.random }

/** What is drawn for each of `steps` evenly spaced random numbers. */
function drawAll(topic: FakeTopic, steps: number, options = {}): number[] {
  let step = 0
  const random = (): number => (step + 0.5) / steps
  const draw = new WeightedDraw({ ...defaults, ...options, random })
  const drawn = []
  for (; step < steps; step++) drawn.push(topic.available[draw.draw(topic)]!)
  return drawn
}

describe('a weighted draw', () => {
  it('gives each partition the chances that Java’s BuiltInPartitioner gives it', () => {
    expect(javaDraws.length).toBeGreaterThan(30)
    for (const { queues, chosen } of javaDraws) {
      const topic = new FakeTopic(queues.length)
      topic.queues = queues
      expect(drawAll(topic, chosen.length)).toEqual(chosen)
    }
  })

  it('gives equal chances when all queues are equally long', () => {
    const topic = new FakeTopic(4)
    topic.queues = [3, 3, 3, 3]
    expect(drawAll(topic, 8)).toEqual([0, 0, 1, 1, 2, 2, 3, 3])
  })

  it('gives equal chances whatever the queues when not adaptive', () => {
    const topic = new FakeTopic(4)
    topic.queues = [90, 0, 3, 1]
    expect(drawAll(topic, 8, { adaptive: false })).toEqual([0, 0, 1, 1, 2, 2, 3, 3])
  })

  it('weighs a partition behind one that is left out by its own queue', () => {
    const topic = new FakeTopic(4, [0, 2, 3])
    topic.queues = [2, 9, 0, 2]
    expect(drawAll(topic, 5)).toEqual([0, 2, 2, 2, 3])
    topic.available = [0, 1, 2, 3]
    topic.delays = [0, 101, 100, 0]
    expect(drawAll(topic, 5, { availabilityTimeoutMs: 100 })).toEqual([0, 2, 2, 2, 3])
  })

  it('leaves out partitions that have waited too long, adaptive or not', () => {
    const topic = new FakeTopic(3)
    topic.delays = [0, 5000, 0]
    const options = { adaptive: false, availabilityTimeoutMs: 1000 }
    expect(drawAll(topic, 4, options)).toEqual([0, 0, 2, 2])
  })

  it('leaves none out when all have waited too long', () => {
    const topic = new FakeTopic(3)
    topic.delays = [5000, 5000, 5000]
    expect(drawAll(topic, 3, { availabilityTimeoutMs: 1000 })).toEqual([0, 1, 2])
  })

  it('leaves none out by default', () => {
    const topic = new FakeTopic(2)
    topic.delays = [0, 1e9]
    expect(drawAll(topic, 2)).toEqual([0, 1])
  })

  it('is by weight again after a draw among more partitions', () => {
    const topic = new FakeTopic(50)
    let random = 0.5
    const draw = new WeightedDraw({ ...defaults, random: () => random })
    expect(draw.draw(topic)).toBe(25)
    topic.available = [7, 9]
    topic.queues[7] = 98
    topic.queues[9] = 0
    expect(draw.draw(topic)).toBe(1)
    random = 0
    expect(draw.draw(topic)).toBe(0)
  })

  describe('among many partitions', () => {
    /** A topic of 160 partitions that counts how often a queue is looked at. */
    class CountingTopic extends FakeTopic {
      looks = 0
      override queuedBatches(partition: number): number {
        this.looks++
        return super.queuedBatches(partition)
      }
    }
    const random = (): (() => number) => seededRandom(480)

    it('weighs all once for a sixteenth as many draws', () => {
      const topic = new CountingTopic(160)
      const draw = new WeightedDraw({ ...defaults, random: random() })
      for (let i = 0; i < 110; i++) draw.draw(topic)
      // Ten times all, and the one drawn for each of the hundred draws between.
      expect(topic.looks).toBe(10 * 160 + 100)
    })

    it('weighs anew when leaders have changed', () => {
      const topic = new FakeTopic(160)
      const draw = new WeightedDraw({ ...defaults, random: () => 0.999 })
      expect(draw.draw(topic)).toBe(159)
      topic.available = topic.available.slice(0, 64)
      expect(draw.draw(topic)).toBe(63)
      topic.available = [1, 2, 3]
      expect(draw.draw(topic)).toBe(2)
    })

    it('takes none whose queue has become the longest since', () => {
      const topic = new FakeTopic(160)
      const draw = new WeightedDraw({ ...defaults, random: random() })
      draw.draw(topic)
      topic.queues = topic.available.map((partition) => (partition === 8 ? 0 : 1_000_000))
      expect(draw.draw(topic)).toBe(8)
    })

    it('takes none that has waited too long since', () => {
      const topic = new FakeTopic(160)
      const draw = new WeightedDraw({ ...defaults, random: random(), availabilityTimeoutMs: 100 })
      draw.draw(topic)
      topic.delays = topic.available.map((partition) => (partition === 8 ? 100 : 101))
      expect(draw.draw(topic)).toBe(8)
    })

    it('spreads over 100 within five standard deviations, and away from long queues', () => {
      const topic = new FakeTopic(100)
      topic.queues = topic.available.map((partition) => (partition < 50 ? 3 : 0))
      const draw = new WeightedDraw({ ...defaults, random: random() })
      const visits = topic.available.map(() => 0)
      for (let i = 0; i < 25_000; i++) visits[draw.draw(topic)]!++
      // Weights: 1 for each of the first fifty, 4 for each of the others.
      for (const [partition, count] of visits.entries()) {
        const expected = partition < 50 ? 100 : 400
        expect(Math.abs(count - expected)).toBeLessThan(5 * Math.sqrt(expected))
      }
    })
  })

  it('is an index into the available partitions, whatever the queues and delays', () => {
    const states = fc.array(fc.tuple(fc.nat(1000), fc.nat(1000)), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(
        states,
        fc.boolean(),
        fc.nat(1000),
        fc.integer(),
        (rows, adaptive, limit, seed) => {
          const topic = new FakeTopic(rows.length)
          topic.queues = rows.map(([queue]) => queue)
          topic.delays = rows.map(([, delay]) => delay)
          const random = seededRandom(seed)
          const draw = new WeightedDraw({ adaptive, availabilityTimeoutMs: limit, random })
          const partition = topic.available[draw.draw(topic)]
          const late = (p: number): boolean => limit > 0 && topic.delays[p]! > limit
          expect(partition).toBeTypeOf('number')
          expect(late(partition!) && !topic.available.every(late)).toBe(false)
        },
      ),
    )
  })
})
