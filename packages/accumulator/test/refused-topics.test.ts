import { KafkaError } from '@sluice/protocol'
import { describe, expect, it } from 'vitest'
import type { TopicFront } from '../src/index.js'
import { TestAccumulator, TestWaiter } from './test-accumulator.js'

function wait(accumulator: TestAccumulator, topic: TopicFront): TestWaiter {
  const waiter = new TestWaiter(100, () => accumulator.append(topic, {}))
  topic.wait(waiter)
  return waiter
}

describe('a wait for a topic', () => {
  it('ends at once when the cluster refuses the topic, now and for later records', () => {
    const accumulator = new TestAccumulator()
    const topic = accumulator.front.forTopic('orders')
    const early = wait(accumulator, topic)
    accumulator.learn('orders', 0, 'TOPIC_AUTHORIZATION_FAILED')
    const late = wait(accumulator, topic)
    for (const { error } of [early, late]) {
      expect(error).toMatchObject({ code: 'TOPIC_AUTHORIZATION_FAILED', persisted: 'no' })
    }
    expect(accumulator.front.pending).toBe(false)
  })

  it('ends with the cluster’s own words where it refuses everything', () => {
    const accumulator = new TestAccumulator()
    const waiter = wait(accumulator, accumulator.front.forTopic('orders'))
    const code = 'SASL_AUTHENTICATION_FAILED'
    const failure = new KafkaError(code, 'broker-1:9093 refused the credentials')
    accumulator.queue.publish([{ name: 'orders', error: code, partitions: [] }], failure)
    expect(waiter.error).toMatchObject({ code, topic: 'orders', message: failure.message })
    expect(waiter.error.cause).toMatchObject({ code })
  })
})
