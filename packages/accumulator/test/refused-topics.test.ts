import { KafkaError } from '@sluice/protocol'
import { describe, expect, it } from 'vitest'
import type { TopicFront } from '../src/index.js'
import { TestAccumulator, TestWaiter, wait } from './test-accumulator.js'

function waitIn(accumulator: TestAccumulator, topic: TopicFront): TestWaiter {
  const waiter = new TestWaiter(100, () => accumulator.append(topic, {}))
  wait(topic, waiter)
  return waiter
}

describe('a wait for a topic', () => {
  it('ends at once when the cluster refuses the topic, now and for later records', () => {
    const accumulator = new TestAccumulator()
    const topic = accumulator.front.forTopic('orders')
    const early = waitIn(accumulator, topic)
    accumulator.learn('orders', 0, 'TOPIC_AUTHORIZATION_FAILED')
    const late = waitIn(accumulator, topic)
    for (const { error } of [early, late]) {
      expect(error).toMatchObject({ code: 'TOPIC_AUTHORIZATION_FAILED', persisted: 'no' })
    }
    expect(accumulator.front.pending).toBe(false)
  })

  it('ends with the cluster’s own words where it refuses everything', () => {
    const accumulator = new TestAccumulator()
    const waiter = waitIn(accumulator, accumulator.front.forTopic('orders'))
    const code = 'SASL_AUTHENTICATION_FAILED'
    const failure = new KafkaError(code, 'broker-1:9093 refused the credentials')
    accumulator.queue.publish([{ name: 'orders', error: code, partitions: [] }], failure)
    expect(waiter.error).toMatchObject({ code, topic: 'orders', message: failure.message })
    expect(waiter.error.cause).toMatchObject({ code })
  })

  it('ends at once for records that wait for memory, too, and others go on', () => {
    const accumulator = new TestAccumulator({ bufferBytes: 65_536, batchBytes: 65_536 })
    const secret = accumulator.topic('secret')
    const other = accumulator.topic('other')
    accumulator.append(other, { partition: 3, value: Buffer.alloc(60_000) })
    const [a, b, c] = [secret, other, secret].map((topic) => {
      const append = (): number => accumulator.append(topic, { value: Buffer.alloc(10_000) })
      const waiter = new TestWaiter(10_000, append)
      wait(topic, waiter)
      return waiter
    })
    accumulator.learn('secret', 0, 'TOPIC_AUTHORIZATION_FAILED')
    for (const { error } of [a!, c!])
      expect(error).toMatchObject({
        topic: 'secret',
        persisted: 'no',
        message: 'TOPIC_AUTHORIZATION_FAILED: the cluster refuses topic secret',
      })
    expect(b!.state).toBe('waits')
    accumulator.acknowledgeAll()
    expect([a!.asked, b!.state, c!.asked]).toEqual([0, 'appended', 0])
  })
})
