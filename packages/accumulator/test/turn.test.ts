import { KafkaError } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { noRoom } from '../src/index.js'
import { leave, TestAccumulator, TestWaiter, wait } from './test-accumulator.js'

/** A record whose turn comes when the topic is learned, and what happens in its turn. */
function waiting(
  inTurn: () => void,
  result: number,
): { accumulator: TestAccumulator; waiter: TestWaiter; next: TestWaiter; learn: () => void } {
  const accumulator = new TestAccumulator()
  const topic = accumulator.front.forTopic('orders')
  const place = (): number => {
    inTurn()
    return result === noRoom ? noRoom : accumulator.append(topic, {}, 'the record')
  }
  const waiter = new TestWaiter(1, place)
  wait(topic, waiter)
  const next = new TestWaiter(1, () => accumulator.append(topic, {}, 'next'))
  wait(topic, next)
  return { accumulator, waiter, next, learn: () => accumulator.learn('orders', 1) }
}

test('a record cannot leave in its own turn, for it may be appended, and it is not placed again', () => {
  const left: boolean[] = []
  const { accumulator, waiter, next, learn } = waiting(() => {
    left.push(leave(accumulator.front.forTopic('orders'), waiter))
  }, noRoom)
  learn()
  expect(left).toEqual([false])
  expect([waiter.asked, waiter.state, next.state]).toEqual([1, 'waits', 'appended'])
})

test('a record that would leave in its own turn and is appended is in its batch once', () => {
  const { accumulator, waiter, learn } = waiting(() => {
    leave(accumulator.front.forTopic('orders'), waiter)
  }, 1)
  learn()
  accumulator.acknowledgeAll()
  expect(accumulator.tags).toEqual(['the record', 'next'])
})

test('a record that is aborted in its own turn with all others fails once, if it is not appended', () => {
  const failures: string[] = []
  const { accumulator, waiter, next, learn } = waiting(() => {
    accumulator.front.abort(new KafkaError('ABORTED', 'told by the test'))
  }, noRoom)
  waiter.fail = ({ code }) => void failures.push(code)
  learn()
  expect([...failures, next.error.code]).toEqual(['ABORTED', 'ABORTED'])
  expect(accumulator.front.pending).toBe(false)
})

test('a record that is aborted in its own turn with all others and appended all the same does not fail, too', () => {
  const { accumulator, waiter, next, learn } = waiting(() => {
    accumulator.front.abort(new KafkaError('ABORTED', 'told by the test'))
  }, 1)
  learn()
  expect([waiter.state, next.error.code]).toEqual(['appended', 'ABORTED'])
  accumulator.acknowledgeAll()
  expect(accumulator.tags).toEqual(['the record'])
})

/** Records that wait for memory: the head and many behind it. */
function inLine(count: number): {
  accumulator: TestAccumulator
  waiters: TestWaiter[]
  asked: () => number
} {
  const accumulator = new TestAccumulator({ bufferBytes: 98_304, batchBytes: 65_536 })
  const topic = accumulator.topic()
  for (let times = 0; times < 55; times++)
    accumulator.append(topic, { partition: 3, value: Buffer.alloc(1_000) }, 'filling')
  accumulator.append(topic, { partition: 2, value: Buffer.alloc(30_000) }, 'filling')
  const value = Buffer.alloc(10_000)
  const waiters = Array.from({ length: count }, () => {
    const waiter = new TestWaiter(1, () => accumulator.append(topic, { value }))
    wait(topic, waiter)
    return waiter
  })
  const asked = (): number => waiters.reduce((sum, waiter) => sum + waiter.asked, 0)
  return { accumulator, waiters, asked }
}

test.each(['first to last', 'last to first'])(
  'records that leave one after the other, %s, do not ask each next one whether it has room',
  (order) => {
    const { accumulator, waiters, asked } = inLine(30)
    const topic = accumulator.front.forTopic('orders')
    const leaving = order === 'first to last' ? waiters.slice(0, -1) : waiters.slice(1).reverse()
    for (const waiter of leaving) expect(leave(topic, waiter)).toBe(true)
    accumulator.runtime.endTurn()
    expect(asked()).toBeLessThan(3)
  },
)

test('the record behind those that left in one turn goes on at the end of the turn, if it fits', () => {
  const { accumulator, waiters } = inLine(2)
  const topic = accumulator.front.forTopic('orders')
  const small = new TestWaiter(1, () => accumulator.append(topic, { partition: 3 }))
  wait(topic, small)
  for (const waiter of waiters) leave(topic, waiter)
  accumulator.runtime.endTurn()
  expect(small.state).toBe('appended')
})

test('a producer that is closed in the turn of a record fails it, and nothing is pending', async () => {
  let closed: Promise<void> | undefined
  const { accumulator, waiter, next, learn } = waiting(() => {
    closed = accumulator.front.close()
  }, noRoom)
  learn()
  await closed
  expect([waiter.error.code, next.error.code]).toEqual(['PRODUCER_CLOSED', 'PRODUCER_CLOSED'])
  expect(accumulator.front.pending).toBe(false)
})
