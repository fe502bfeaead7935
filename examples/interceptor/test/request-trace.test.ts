import { createMockProducer } from '@sluice/producer/testing'
import { expect, test } from 'vitest'
import { requestId, requestTrace, type Trace } from '../src/request-trace.js'

test('a record carries the id of the request in which it was sent, and its time is reported', async () => {
  const traces: Trace[] = []
  let ms = 0
  const trace = requestTrace(
    (one) => traces.push(one),
    () => (ms += 5),
  )
  const producer = createMockProducer({ interceptors: [trace] })
  await requestId.run('r-1', () => producer.send({ topic: 'orders', value: 'paid' }))
  await producer.send({ topic: 'orders', value: 'paid', headers: { source: 'cron' } })
  await producer.send({ topic: 'not legal', value: '' }).catch(() => {})
  expect(producer.sent.map(({ headers }) => headers)).toEqual([
    [['request-id', 'r-1']],
    [['source', 'cron']],
  ])
  expect(traces).toEqual([
    { request: 'r-1', topic: 'orders', end: 'acknowledged', ms: 5 },
    { request: undefined, topic: 'orders', end: 'acknowledged', ms: 5 },
    { request: undefined, topic: 'not legal', end: 'INVALID_TOPIC_EXCEPTION', ms: 5 },
  ])
})
