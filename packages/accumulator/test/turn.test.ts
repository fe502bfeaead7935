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
