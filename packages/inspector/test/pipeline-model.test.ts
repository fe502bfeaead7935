import type { BatchMessage, ConnectionMessage, RequestMessage } from '@sluice/producer'
import { describe, expect, it } from 'vitest'
import { PipelineModel } from '../src/model/pipeline-model.js'
import { brokerMetrics, metricsOf, queueOf, ready } from './stub-producer.js'

const source = { clientId: 'sluice', producer: 7 }
const answer: RequestMessage = {
  ...source,
  api: 'Produce',
  version: 12,
  node: 1,
  connectionId: 4,
  bytesSent: 100,
  bytesReceived: 50,
  at: 0,
  durationMs: 3,
  throttleMs: 0,
  errorCode: null,
}
const opened: ConnectionMessage = {
  ...source,
  state: 'ready',
  node: 1,
  connectionId: 4,
  address: 'broker-1:9092',
  at: 0,
  durationMs: 2,
  errorCode: null,
  features: new Map(),
}
const retried: BatchMessage = {
  ...source,
  topic: 'orders',
  partition: 3,
  node: 1,
  records: 5,
  bytes: 100,
  attempts: 1,
  durationMs: 3,
  errorCode: 'NOT_LEADER_OR_FOLLOWER',
  action: 'retry',
}

describe('a snapshot', () => {
  it('has rates over the last second, and none before there are two', () => {
    const model = new PipelineModel()
    expect(model.snapshot(metricsOf({ recordSendTotal: 500 }), ready, 0).rates.sent).toBe(0)
    const { rates } = model.snapshot(metricsOf({ recordSendTotal: 700 }), ready, 200)
    expect(rates.sent).toBe(1_000)
    model.snapshot(metricsOf({ recordSendTotal: 1_500 }), ready, 1_000)
    const later = model.snapshot(metricsOf({ recordSendTotal: 1_500 }), ready, 2_000)
    expect(later.rates.sent).toBe(0)
  })

  it('says for how long a broker has answered nothing while requests are in flight', () => {
    const model = new PipelineModel()
    const brokers = { 1: brokerMetrics({ requestsInFlight: 5, requestTotal: 10 }) }
    const queues = [queueOf(1, { sealedBatches: 8, openShare: 0.5 })]
    model.snapshot(metricsOf({ brokers, queues }), ready, 0)
    const stalled = model.snapshot(metricsOf({ brokers, queues }), ready, 3_000)
    expect(stalled.brokers[0]).toMatchObject({ id: 1, silentMs: 3_000, requestsInFlight: 5 })
    expect(stalled.reasons).toEqual([{ kind: 'silent', node: 1, ms: 3_000, batches: 9 }])
    const answered = { 1: brokerMetrics({ requestsInFlight: 4, requestTotal: 11 }) }
    const recovered = model.snapshot(metricsOf({ brokers: answered, queues }), ready, 3_200)
    expect(recovered.brokers[0]).toMatchObject({ silentMs: 0 })
    expect(recovered.reasons).toEqual([{ kind: 'answers', requests: 4 }])
    expect(recovered.events.map(({ text }) => text)).toEqual([
      'broker 1 answers nothing',
      'broker 1 answers again, after about 3 s',
    ])
  })

  it('calls an idle broker not silent, however long it is idle', () => {
    const model = new PipelineModel()
    const brokers = { 1: brokerMetrics() }
    model.snapshot(metricsOf({ brokers }), ready, 0)
    const idle = model.snapshot(metricsOf({ brokers }), ready, 60_000)
    expect(idle.brokers[0]!.silentMs).toBe(0)
    expect(idle.reasons).toEqual([])
  })

  it('knows the connection and the address of a broker by what the channels say', () => {
    const model = new PipelineModel()
    model.connection(opened, 0)
    model.request({ ...answer, connectionId: 9 }, 0)
    const { brokers } = model.snapshot(metricsOf({ brokers: { 1: brokerMetrics() } }), ready, 0)
    expect(brokers[0]).toMatchObject({ address: 'broker-1:9092', connection: 9, isConnected: true })
  })

  it('says why a broker with batches is not connected', () => {
    const model = new PipelineModel()
    model.connection({ ...opened, state: 'closed', errorCode: 'CONNECTION_CLOSED' }, 0)
    const brokers = { 1: brokerMetrics({ connectionCount: 0 }) }
    const queues = [queueOf(1, { sealedBatches: 2 })]
    const { reasons } = model.snapshot(metricsOf({ brokers, queues }), ready, 0)
    const code = 'CONNECTION_CLOSED'
    expect(reasons).toEqual([{ kind: 'disconnected', node: 1, code, batches: 2 }])
  })

  it('shows a throttled broker until its time is over', () => {
    const model = new PipelineModel()
    model.request({ ...answer, throttleMs: 500 }, 100)
    const brokers = { 1: brokerMetrics() }
    const queues = [queueOf(1, { openShare: 0.5 })]
    const throttled = model.snapshot(metricsOf({ brokers, queues }), ready, 200)
    expect(throttled.reasons).toEqual([{ kind: 'throttled', node: 1, ms: 400, batches: 1 }])
    expect(throttled.events).toMatchObject([{ kind: 'throttle' }])
    const over = model.snapshot(metricsOf({ brokers, queues }), ready, 700)
    expect(over.reasons).toEqual([{ kind: 'filling', batches: 1 }])
  })

  it.each([
    [0.1, 'memory'],
    [0.9, 'metadata'],
  ])('tells what records wait for where %f of the memory is free: %s', (free, kind) => {
    const [bufferTotalBytes, bufferAvailableBytes] = [1_000, 1_000 * free]
    const figures = { bufferTotalBytes, bufferAvailableBytes, waitingRecords: 12 }
    const { reasons } = new PipelineModel().snapshot(metricsOf(figures), ready, 0)
    expect(reasons).toEqual([{ kind, records: 12 }])
  })

  it('names partitions without a leader', () => {
    const queues = [2, 1, 1].map((sealedBatches) => queueOf(null, { sealedBatches }))
    const { reasons } = new PipelineModel().snapshot(metricsOf({ queues }), ready, 0)
    expect(reasons).toEqual([{ kind: 'leaderless', partitions: 3, batches: 4 }])
  })

  it('spreads the latencies of the last ten seconds over buckets that double', () => {
    const model = new PipelineModel()
    for (const durationMs of [0.1, 3, 4, 100_000]) model.request({ ...answer, durationMs }, 0)
    model.request({ ...answer, api: 'Metadata' }, 0)
    model.request({ ...answer, errorCode: 'REQUEST_TIMEOUT' }, 0)
    const bucketsAt = (at: number): readonly number[] =>
      model.snapshot(metricsOf(), ready, at).latency.buckets
    const told = bucketsAt(5_000)
    expect([told[0], told[4], told.at(-1)]).toEqual([1, 2, 1])
    expect(told.reduce((sum, value) => sum + value, 0)).toBe(4)
    expect(bucketsAt(10_000).every((value) => value === 0)).toBe(true)
  })
})

describe('events', () => {
  const row = { topic: 'orders', partition: 3, leader: 1, records: 1, bytes: 1 }
  const partition = { ...row, sealedBatches: 1, openShare: null, oldestMs: 1 }

  it('count retries by the totals, and name the code and the partition that were heard', () => {
    const model = new PipelineModel()
    model.snapshot(metricsOf({ recordRetryTotal: 100 }), ready, 0)
    model.batch(retried)
    const { events } = model.snapshot(metricsOf({ recordRetryTotal: 142 }), ready, 200)
    expect(events.map(({ text }) => text)).toEqual([
      '42 records of orders-3 are sent again after NOT_LEADER_OR_FOLLOWER',
    ])
  })

  it('tell of failures since the page was opened, and not of those before', () => {
    const model = new PipelineModel()
    model.snapshot(metricsOf({ recordErrors: { DELIVERY_TIMEOUT: 5 } }), ready, 0)
    const recordErrors = { DELIVERY_TIMEOUT: 7, BUFFER_FULL: 1 }
    const { events } = model.snapshot(metricsOf({ recordErrors }), ready, 200)
    expect(events.map(({ text }) => text)).toEqual([
      '2 records have failed with DELIVERY_TIMEOUT',
      '1 records have failed with BUFFER_FULL',
    ])
  })

  it('tell of leaders that move', () => {
    const model = new PipelineModel()
    const seen = (leader: number | null, at: number) => {
      const queues = [{ ...partition, leader }]
      return model.snapshot(metricsOf({ queues }), ready, at).events
    }
    expect(seen(1, 0)).toEqual([])
    expect(seen(2, 200)).toMatchObject([
      { kind: 'leader', text: 'orders-3 moved from broker 1 to broker 2' },
    ])
    expect(seen(null, 400).at(-1)!.text).toBe('orders-3 moved from broker 2 to no leader')
  })

  it('are the last forty, each with a number of its own', () => {
    const model = new PipelineModel()
    for (let at = 0; at < 100; at++) model.connection(opened, at)
    const { events } = model.snapshot(metricsOf(), ready, 100)
    expect(events).toHaveLength(40)
    expect(events.at(-1)!.id).toBe(100)
  })

  it('count transactions, and say why one was aborted', () => {
    const model = new PipelineModel()
    const tell = (state: 'begun' | 'committed' | 'aborted', transaction: number): void =>
      model.transaction({ ...source, transaction, state, errorCode: null }, 0)
    tell('begun', 1)
    tell('committed', 1)
    tell('begun', 2)
    expect(model.snapshot(metricsOf(), ready, 0).transactions).toEqual({
      isOpen: true,
      committed: 1,
      aborted: 0,
    })
    tell('aborted', 2)
    expect(model.snapshot(metricsOf(), ready, 1).events.at(-1)).toMatchObject({
      text: 'transaction 2 was aborted: asked for',
    })
  })
})

describe('the rates of topics', () => {
  it('are no peak when a topic comes among the busiest', () => {
    const model = new PipelineModel()
    const topics = (late: number) => {
      const { otherTopics } = metricsOf()
      const quiet = { ...otherTopics, recordSendTotal: 1_000, recordAckTotal: 1_000 }
      const names = Array.from({ length: 8 }, (_, index) => [`topic${index}`, quiet] as const)
      const one = { ...quiet, recordSendTotal: late, recordAckTotal: late }
      return metricsOf({ topics: { ...Object.fromEntries(names), constructor: one } })
    }
    model.snapshot(topics(990), ready, 0)
    const { topics: shown } = model.snapshot(topics(1_010), ready, 200)
    expect(shown[0]).toMatchObject({ name: 'constructor', rate: 0 })
    const { topics: later } = model.snapshot(topics(1_020), ready, 400)
    expect(later[0]).toMatchObject({ name: 'constructor', rate: 0 })
    model.snapshot(topics(1_030), ready, 1_200)
    expect(model.snapshot(topics(1_050), ready, 1_400).topics[0]!.rate).toBe(30)
  })
})
