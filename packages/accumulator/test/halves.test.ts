import { KafkaError } from '@sluice/protocol'
import { gzip } from '@sluice/protocol/gzip'
import { type ManualClock, manualClock } from '@sluice/protocol/testing'
import { describe, expect, it } from 'vitest'
import { createFront } from '../src/front.js'
import type { AccumulatorFront, AccumulatorLink, AccumulatorQueue } from '../src/index.js'
import { createQueue } from '../src/queue.js'
import { valuesOf } from '../src/testing/stand/read-batch.js'
import { TestAccumulator, type TestSetting, TestWaiter, wait } from './test-accumulator.js'

/** Ways for messages to travel. */
const links: Record<string, (runtime: ManualClock) => AccumulatorLink> = {
  'call each other': () => ({}),
  'exchange clones': () => ({
    toQueue: (message, deliver) => deliver(structuredClone(message)),
    toFront: (message, deliver) => deliver(structuredClone(message)),
  }),
  'exchange clones a turn later': (runtime) => ({
    toQueue(message, deliver) {
      const clone = structuredClone(message)
      runtime.setImmediate(() => deliver(clone))
    },
    toFront(message, deliver) {
      const clone = structuredClone(message)
      runtime.setImmediate(() => deliver(clone))
    },
  }),
}

for (const [how, link] of Object.entries(links)) {
  const setUp = (setting: TestSetting = {}): TestAccumulator =>
    new TestAccumulator({ ...setting, link })
  /** All messages on their way arrive, and those which these bring about. */
  const arrive = (accumulator: TestAccumulator): void => accumulator.runtime.advance(0)

  describe(`two halves that ${how}`, () => {
    it('bring every record from append to its delivery, in order', () => {
      const accumulator = setUp({ batchRecords: 7 })
      const topic = accumulator.topic('orders', 3)
      const expected: number[][] = [[], [], []]
      for (let i = 0; i < 100; i++) {
        const partition = (i * i) % 3
        accumulator.append(topic, { partition, value: `${i}` }, i)
        expected[partition]!.push(i)
        if (i % 10 === 0) accumulator.runtime.endTurn()
      }
      accumulator.acknowledgeAll()
      expect(accumulator.settled).toHaveLength(100)
      for (const tags of expected) {
        const wanted = new Set<unknown>(tags)
        expect(accumulator.tags.filter((tag) => wanted.has(tag))).toEqual(tags)
      }
      expect(accumulator.front.pending).toBe(false)
    })

    it('seal a due batch when the queue wants it, and report no hasUnknownLeaders or ready partition meanwhile', () => {
      const accumulator = setUp()
      const topic = accumulator.topic()
      accumulator.append(topic, { value: 'a' })
      arrive(accumulator)
      const drained = accumulator.drain()
      accumulator.leaders.set('orders-0', null)
      expect(accumulator.ready()).toMatchObject({ hasUnknownLeaders: false, nodes: new Set() })
      accumulator.leaders.delete('orders-0')
      arrive(accumulator)
      expect(valuesOf([...drained, ...accumulator.drain()])).toEqual([['a']])
      expect(accumulator.drain()).toEqual([])
    })

    it('let the front’s clock see a settled batch’s memory only when it is released', () => {
      const accumulator = setUp({ bufferBytes: 65_536 })
      const topic = accumulator.topic()
      accumulator.append(topic, { value: Buffer.alloc(60_000) }, 'a')
      const value = Buffer.alloc(60_000, 1)
      const waiter = new TestWaiter(60_000, () => accumulator.append(topic, { value }, 'b'))
      wait(topic, waiter)
      arrive(accumulator)
      const [batch] = accumulator.drain()
      accumulator.queue.settle(batch!, { error: null, baseOffset: 3n, logAppendTime: -1 })
      arrive(accumulator)
      expect(accumulator.settled).toMatchObject([{ tag: 'a', offset: 3n }])
      expect(waiter.state).toBe('waits')
      accumulator.queue.release(batch!)
      arrive(accumulator)
      expect(waiter.state).toBe('appended')
      expect(accumulator.drain()[0]!.payload.at(-2)).toBe(1)
    })

    it('carry an error whole, with its cause', () => {
      const accumulator = setUp({ batchRecords: 1 })
      accumulator.append(accumulator.topic(), {}, 'a')
      arrive(accumulator)
      const [batch] = accumulator.drain()
      const cause = new KafkaError('NOT_LEADER_OR_FOLLOWER', 'of 3', { cause: new Error('deep') })
      const fields = { topic: 'orders', partition: 0, attempts: 4, persisted: 'possibly' } as const
      const error = new KafkaError('DELIVERY_TIMEOUT', 'too late', { ...fields, cause })
      accumulator.queue.settle(batch!, { error })
      arrive(accumulator)
      const [{ error: received } = { error: null }] = accumulator.settled
      expect(received).toBeInstanceOf(KafkaError)
      expect(received).toMatchObject({ ...fields, message: error.message })
      expect(received!.cause).toMatchObject({ code: 'NOT_LEADER_OR_FOLLOWER' })
      expect((received!.cause as Error).cause).toMatchObject({ message: 'deep' })
    })

    it('tell of topics and metadata', () => {
      const accumulator = setUp()
      const topic = accumulator.front.forTopic('orders')
      const waiter = new TestWaiter(1, () => accumulator.append(topic, {}, 'a'))
      wait(topic, waiter)
      arrive(accumulator)
      expect(accumulator.queue.takeWantedTopics()).toEqual(['orders'])
      accumulator.learn('orders', 3)
      arrive(accumulator)
      expect(topic.snapshot?.partitions).toHaveLength(3)
      expect(waiter.state).toBe('appended')
    })

    it('flush', async () => {
      const accumulator = setUp({ lingerMs: 60_000 })
      const topic = accumulator.topic()
      accumulator.append(topic, { value: 'a' }, 'a')
      const flushed = accumulator.front.flush()
      accumulator.acknowledgeAll()
      await flushed
      expect(accumulator.tags).toEqual(['a'])
    })

    it('close', async () => {
      const accumulator = setUp({ batchRecords: 1, lingerMs: 60_000 })
      const topic = accumulator.topic()
      for (const tag of ['a', 'b']) accumulator.append(topic, {}, tag)
      const closed = accumulator.front.close()
      arrive(accumulator)
      expect(accumulator.queue.closed).toBe(true)
      for (const batch of accumulator.queue.take({})) accumulator.fail(batch, 'PRODUCER_CLOSED')
      arrive(accumulator)
      await closed
      expect(accumulator.tags).toEqual(['a', 'b'])
    })

    it('compress', () => {
      const accumulator = setUp({ batchRecords: 1, compression: gzip() })
      accumulator.append(accumulator.topic(), { value: 'x'.repeat(1_000) }, 'a')
      arrive(accumulator)
      const [batch] = accumulator.drain()
      expect(batch!.codecId).toBe(1)
      accumulator.acknowledge(batch!)
      arrive(accumulator)
      expect(accumulator.tags).toEqual(['a'])
      expect(accumulator.front.pending).toBe(false)
    })

    it('exchange plain data only', () => {
      const accumulator = setUp({ batchRecords: 2 })
      const topic = accumulator.topic()
      for (let i = 0; i < 3; i++) accumulator.append(topic, {}, i)
      arrive(accumulator)
      const [batch] = accumulator.drain()
      accumulator.fail(batch!)
      void accumulator.front.close()
      arrive(accumulator)
      const types = new Set(accumulator.sent.map(({ type }) => type))
      const all = ['topic', 'metadata', 'sealed', 'due', 'settled', 'released', 'close']
      for (const type of all) expect(types).toContain(type)
      for (const message of accumulator.sent) expect(structuredClone(message)).toEqual(message)
    })
  })
}

describe('a half that is made alone', () => {
  it('speaks with the other half through the functions that both were given', () => {
    const runtime = manualClock()
    const halves: { front?: AccumulatorFront; queue?: AccumulatorQueue } = {}
    const front = createFront({ runtime, toQueue: (message) => halves.queue!.receive(message) })
    const queue = createQueue({ toFront: (message) => halves.front!.receive(message) })
    Object.assign(halves, { front, queue })
    const topic = front.forTopic('orders')
    expect(queue.takeWantedTopics()).toEqual(['orders'])
    const place = { topic: 'orders', partition: 0, leader: 1, leaderEpoch: 0 }
    const partitions = [{ ...place, replicas: [1], inSyncReplicas: [1] }]
    queue.publish([{ name: 'orders', error: null, partitions }], null)
    expect(topic.snapshot?.partitions).toEqual(partitions)
    expect(topic.blocked).toBe(false)
  })

  it('refuses a wrong option by name', () => {
    const wrong = { batchBytes: 1 }
    const front = (): unknown =>
      createFront({ ...wrong, runtime: manualClock(), toQueue: () => {} })
    const queue = (): unknown => createQueue({ ...wrong, toFront: () => {} })
    for (const create of [front, queue]) expect(create).toThrow(/^INVALID_OPTION: batchBytes is 1;/)
  })
})
