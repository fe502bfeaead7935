import { KafkaError } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { TestAccumulator, TestWaiter, wait } from './test-accumulator.js'

/** An accumulator whose user drops what the front lets go. */
function forgetful(options = {}): { accumulator: TestAccumulator; forgotten: string[] } {
  const accumulator = new TestAccumulator(options)
  const forgotten: string[] = []
  accumulator.front.onForgotten!((topic) => void forgotten.push(topic))
  return { accumulator, forgotten }
}

/** What the front answers to the offer: the topics that it wants, and those that it let go. */
function offer(
  { queue }: TestAccumulator,
  ...topics: string[]
): { wanted: readonly string[]; forgotten: readonly string[] } {
  queue.takeWantedTopics()
  queue.offerIdle!(topics)
  return { wanted: queue.takeWantedTopics(), forgotten: queue.takeForgottenTopics!() }
}

test('a topic without records is let go, and comes back as a new one', () => {
  const { accumulator, forgotten } = forgetful()
  const before = accumulator.topic()
  accumulator.append(before, {}, 'early')
  accumulator.acknowledgeAll()
  expect(offer(accumulator, 'orders', 'never heard of')).toEqual({
    wanted: [],
    forgotten: ['orders', 'never heard of'],
  })
  expect(forgotten).toEqual(['orders', 'never heard of'])
  const after = accumulator.topic()
  expect(after).not.toBe(before)
  expect(accumulator.queue.takeWantedTopics()).toEqual(['orders'])
  accumulator.append(after, {}, 'late')
  accumulator.acknowledgeAll()
  expect(accumulator.tags).toEqual(['early', 'late'])
})

test('a topic is wanted again while a record of it waits for metadata', () => {
  const { accumulator } = forgetful()
  const topic = accumulator.front.forTopic('orders')
  const waiter = new TestWaiter(100, () => accumulator.append(topic, {}))
  wait(topic, waiter)
  expect(offer(accumulator, 'orders')).toEqual({ wanted: ['orders'], forgotten: [] })
  accumulator.learn('orders', 1)
  expect(waiter.state).toBe('appended')
})

test('a topic is wanted again while a record of it waits for memory', () => {
  const { accumulator } = forgetful({ bufferBytes: 65_536, batchBytes: 16_384 })
  const other = accumulator.topic('other')
  const topic = accumulator.topic('orders')
  const value = 'x'.repeat(15_000)
  let appended = 0
  while (accumulator.append(other, { partition: appended % 4, value }) >= 0) appended++
  wait(topic, new TestWaiter(15_000, () => accumulator.append(topic, { value })))
  expect(offer(accumulator, 'orders')).toEqual({ wanted: ['orders'], forgotten: [] })
})

test('a topic is wanted again while somebody asks for its metadata, and the question is answered', async () => {
  const { accumulator } = forgetful()
  const known = accumulator.front.forTopic('orders').whenKnown()
  expect(offer(accumulator, 'orders')).toEqual({ wanted: ['orders'], forgotten: [] })
  accumulator.learn('orders', 1)
  await expect(known).resolves.toBeUndefined()
  expect(offer(accumulator, 'orders')).toEqual({ wanted: [], forgotten: ['orders'] })
})

test('a topic is wanted again while a batch of it is open, queued or in flight', () => {
  const { accumulator } = forgetful({ lingerMs: 1_000 })
  const topic = accumulator.topic()
  const again = { wanted: ['orders'], forgotten: [] }
  accumulator.append(topic, {})
  expect(offer(accumulator, 'orders')).toEqual(again)
  accumulator.runtime.advance(1_000)
  expect(offer(accumulator, 'orders')).toEqual(again)
  const [batch] = accumulator.drain()
  expect(offer(accumulator, 'orders')).toEqual(again)
  accumulator.acknowledge(batch!)
  expect(offer(accumulator, 'orders')).toEqual({ wanted: [], forgotten: ['orders'] })
})

test('without a listener a front lets no topic go, for its user may hold it', () => {
  const accumulator = new TestAccumulator()
  const topic = accumulator.topic()
  expect(offer(accumulator, 'orders')).toEqual({ wanted: [], forgotten: [] })
  expect(accumulator.front.forTopic('orders')).toBe(topic)
})

test('what the queue says of a topic after it was let go is of no interest', () => {
  const { accumulator } = forgetful()
  accumulator.topic()
  offer(accumulator, 'orders')
  const { front } = accumulator
  front.receive({ type: 'wanted', topic: 'orders', partition: 0 })
  front.receive({ type: 'compressed', topic: 'orders', recordBytes: 10, payloadBytes: 5 })
  accumulator.learn('orders', 1)
  expect(front.forTopic('orders').snapshot).toBeUndefined()
})

test('a topic that is wanted before it is let go is not wanted any more, and afterwards it is', () => {
  const { accumulator } = forgetful()
  const { front, queue } = accumulator
  front.forTopic('orders')
  queue.offerIdle!(['orders'])
  expect([queue.takeForgottenTopics!(), queue.takeWantedTopics()]).toEqual([['orders'], []])
  front.forTopic('orders')
  expect([queue.takeForgottenTopics!(), queue.takeWantedTopics()]).toEqual([[], ['orders']])
})

test('a batch that was due when it was aborted leaves nothing to ask for', () => {
  const { accumulator } = forgetful()
  const topic = accumulator.topic()
  accumulator.append(topic, {})
  accumulator.runtime.endTurn()
  accumulator.front.abort(new KafkaError('ABORTED', 'told by the test'))
  expect(accumulator.ready().nodes.size).toBe(1)
  expect(offer(accumulator, 'orders').forgotten).toEqual(['orders'])
  expect(accumulator.ready().nodes.size).toBe(0)
})
