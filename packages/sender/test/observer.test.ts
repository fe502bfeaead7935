import { expect, test } from 'vitest'
import type { BatchEvent, ProducedEvent, ProduceEvent, RetryEvent } from '../src/index.js'
import { SenderWorld } from './sender-world.js'

test('an observer hears of each attempt of a batch what was answered and what was decided', async () => {
  const events: BatchEvent[] = []
  const world = new SenderWorld({ observer: { batch: (event) => void events.push(event) } })
  await world.openGate()
  await world.sendAll(0, ['refused'])
  await world.advance(7)
  world.call().refuse('NOT_ENOUGH_REPLICAS')
  await world.advance(100)
  world.call().ok(1n)
  const batch = { topic: 'orders', partition: 0, node: 1, records: 1 }
  expect(events).toMatchObject([
    { ...batch, attempts: 1, durationMs: 0, errorCode: null, action: 'acknowledge' },
    { ...batch, attempts: 1, durationMs: 7, errorCode: 'NOT_ENOUGH_REPLICAS', action: 'retry' },
    { ...batch, attempts: 2, durationMs: 0, errorCode: null, action: 'acknowledge' },
  ])
  expect(events.every(({ bytes }) => bytes > 0)).toBe(true)
})

test('an observer hears of each Produce request when it is handed over, and for how long its batches were queued', async () => {
  const events: ProduceEvent[] = []
  const world = new SenderWorld({ observer: { produce: (event) => void events.push(event) } })
  await world.openGate()
  events.length = 0
  world.send(0, 'first')
  await world.advance(5)
  world.call().refuse('NOT_ENOUGH_REPLICAS')
  await world.advance(100)
  const [first, again] = events
  expect(events).toMatchObject([
    { node: 1, records: 1, queueMs: [0] },
    // It was queued before its first attempt alone.
    { node: 1, records: 1, queueMs: [] },
  ])
  expect(again!.at - first!.at).toBe(105)
  expect(first!.batchBytes[0]).toBeGreaterThan(0)
  expect(again!.batchBytes).toEqual(first!.batchBytes)
  expect(structuredClone(events)).toEqual(events)
})

test('an observer hears of the end of each Produce request by the id that its begin had', async () => {
  const ids: number[] = []
  const ended: ProducedEvent[] = []
  const world = new SenderWorld({
    observer: {
      produce: ({ id }) => void ids.push(id),
      produced: (event) => void ended.push(event),
    },
  })
  await world.openGate()
  world.send(0, 'first')
  await world.advance(5)
  world.call().refuse('NOT_ENOUGH_REPLICAS')
  await world.advance(100)
  world.call().fail('CONNECTION_CLOSED', true)
  expect(ids).toEqual([1, 2, 3])
  expect(ended).toMatchObject([
    { id: 1, node: 1, errorCode: null },
    // What a broker answers for a partition is no failure of the request.
    { id: 2, node: 1, durationMs: 5, errorCode: null },
    { id: 3, node: 1, durationMs: 0, errorCode: 'CONNECTION_CLOSED' },
  ])
  expect(structuredClone(ended)).toEqual(ended)
})

test('an observer hears of each batch that is sent again, with the reason, and of no other', async () => {
  const events: RetryEvent[] = []
  const world = new SenderWorld({ observer: { retry: (event) => void events.push(event) } })
  await world.openGate()
  await world.sendAll(0, ['refused'])
  world.call().refuse('NOT_ENOUGH_REPLICAS')
  await world.advance(100)
  world.call().refuse('TOPIC_AUTHORIZATION_FAILED')
  const batch = { topic: 'orders', partition: 0, records: 1 }
  expect(events).toEqual([{ ...batch, errorCode: 'NOT_ENOUGH_REPLICAS', action: 'retry' }])
})

test('the event of a batch holds no contents of records', async () => {
  const events: BatchEvent[] = []
  const world = new SenderWorld({ observer: { batch: (event) => void events.push(event) } })
  await world.sendAll(0, ['secret'])
  world.call().ok()
  expect(JSON.stringify(events)).not.toContain('secret')
  expect(structuredClone(events)).toEqual(events)
})

test('an observer without a method for batches is left alone', async () => {
  const asked = new Set<string>()
  const world = new SenderWorld({
    observer: new Proxy({}, { get: (_, name) => void asked.add(String(name)) }),
  })
  await world.sendAll(0, ['a'])
  world.call().ok()
  expect([...asked]).toEqual(['produce', 'produced', 'batch'])
})

test('an observer hears what became of the batch where it was not sent again', async () => {
  const events: BatchEvent[] = []
  const world = new SenderWorld({
    onTopicRecreated: 'fail',
    observer: { batch: (event) => void events.push(event) },
  })
  await world.openGate()
  const [sent] = await world.sendAll(0, ['1'])
  const newId = 'aaaaaaaa-0000-4000-8000-000000000001'
  world.network.metadata.setTopic('orders', [{ node: 1, epoch: 0 }], newId)
  world.network.changed()
  await world.settle()
  world.call().refuse('NOT_LEADER_OR_FOLLOWER')
  expect(sent!.error?.code).toBe('TOPIC_RECREATED')
  expect(events.at(-1)).toMatchObject({ action: 'fail', attempts: 1 })
})
