import { KafkaError } from '@sluice/protocol'
import { manualClock } from '@sluice/protocol/testing'
import { describe, expect, test, vi } from 'vitest'
import { nodeRuntime } from '../src/runtime.js'
import { createMockProducer } from '../src/testing.js'

const record = { topic: 'orders', key: 'o-17', value: 'paid' }
const refused = new KafkaError('TOPIC_AUTHORIZATION_FAILED', 'made up', { persisted: 'no' })

describe('a mock producer that settles records by itself', () => {
  test('acknowledges each record with the next offset of its partition', async () => {
    const producer = createMockProducer({ partitions: { orders: 2 } })
    const places: unknown[] = []
    for (const [topic, partition] of [
      ['orders', 0],
      ['orders', 1],
      ['orders', 0],
      ['other', 0],
    ] as const) {
      const { offset } = await producer.send({ topic, partition, value: '' })
      places.push([topic, partition, offset])
    }
    expect(places).toEqual([
      ['orders', 0, 0n],
      ['orders', 1, 0n],
      ['orders', 0, 1n],
      ['other', 0, 0n],
    ])
  })

  test('acknowledges sendMany in the order given, and enqueue to its callback', async () => {
    const producer = createMockProducer()
    const many = await producer.sendMany([record, record])
    expect(many.map(({ offset }) => offset)).toEqual([0n, 1n])
    const told: unknown[] = []
    const hasRoom = producer.enqueue(
      record,
      (error, metadata, context) => told.push(error, metadata?.offset, context),
      7,
    )
    expect(hasRoom).toBe(true)
    await producer.flush()
    expect(told).toEqual([null, 2n, 7])
    await producer.drained()
  })

  test('gives an offset to a record without a callback, too', async () => {
    const producer = createMockProducer()
    producer.enqueue(record)
    expect((await producer.send(record)).offset).toBe(1n)
  })

  test('acknowledges after a latency of the clock that it is given', async () => {
    const runtime = manualClock()
    const producer = createMockProducer({ latencyMs: 50, runtime })
    const sent = producer.send(record)
    expect(producer.pending).toHaveLength(1)
    runtime.advance(49)
    expect(producer.pending).toHaveLength(1)
    runtime.advance(1)
    expect(producer.pending).toEqual([])
    expect((await sent).timestamp).toBe(runtime.wallClock() - 50)
  })

  test('acknowledges with faked timers, too', async () => {
    vi.useFakeTimers()
    try {
      const producer = createMockProducer()
      await expect(producer.send(record)).resolves.toMatchObject({ offset: 0n })
    } finally {
      vi.useRealTimers()
    }
  })

  test('fails the records for which its function gives an error', async () => {
    const producer = createMockProducer({
      autoComplete: ({ value }) => (value === 'bad' ? refused : null),
    })
    await expect(producer.send({ ...record, value: 'bad' })).rejects.toBe(refused)
    expect((await producer.send(record)).offset).toBe(0n)
  })
})

describe('the history of a mock producer', () => {
  test('has each record as it was given, and nothing else', async () => {
    const producer = createMockProducer({ partitions: 3 })
    const given = [
      record,
      { topic: 'orders', value: null, key: null, partition: 2, timestamp: 5 },
      { topic: 'orders', value: Uint8Array.of(1), headers: { trace: ['a', Uint8Array.of(2)] } },
      { topic: 'orders', value: '', headers: [['a', null] as const] },
    ]
    await producer.sendMany(given)
    expect(producer.sent).toEqual(given)
  })

  test('has copies: a program that uses an object again changes nothing', async () => {
    const producer = createMockProducer()
    const bytes = Uint8Array.of(1)
    const reused = { topic: 'orders', key: bytes, value: bytes, headers: { trace: bytes } }
    await producer.send(reused)
    bytes[0] = 9
    reused.topic = 'other'
    const one = Uint8Array.of(1)
    expect(producer.sent).toEqual([
      { topic: 'orders', key: one, value: one, headers: { trace: one } },
    ])
  })

  test('lists headers that can be read only once', async () => {
    const producer = createMockProducer()
    const headers = new Map([['trace', 'abc']]).entries()
    await producer.send({ ...record, headers })
    expect(producer.sent[0]!.headers).toEqual([['trace', 'abc']])
  })

  test('loses the settled records at clear and keeps the pending ones, while offsets go on', async () => {
    const producer = createMockProducer({ autoComplete: false })
    const [first] = [producer.send(record), producer.send(record)]
    producer.completeNext()
    await first
    producer.clear()
    expect([producer.sent.length, producer.pending.length]).toEqual([1, 1])
    producer.completeNext()
    producer.clear()
    expect(producer.sent).toEqual([])
    const third = producer.send(record)
    producer.completeNext()
    expect((await third).offset).toBe(2n)
  })

  test('has no record that was not valid', async () => {
    const producer = createMockProducer({ maxRequestBytes: 2_000 })
    const invalid = [
      { ...record, topic: 'no/topic' },
      { ...record, value: 5 as never },
      { ...record, partition: 1 },
      { ...record, value: 'x'.repeat(2_000) },
    ]
    const codes: string[] = []
    for (const one of invalid) {
      const error = await producer.send(one).catch((thrown: KafkaError) => thrown)
      codes.push((error as KafkaError).code)
    }
    expect(codes).toEqual([
      'INVALID_TOPIC_EXCEPTION',
      'INVALID_ARGUMENT',
      'INVALID_PARTITION',
      'RECORD_TOO_LARGE',
    ])
    expect(producer.sent).toEqual([])
  })
})

describe('a mock producer that a test settles by hand', () => {
  test('acknowledges and fails records, the next one or a named one', async () => {
    const producer = createMockProducer({ autoComplete: false })
    const results = Promise.allSettled(['1', '2', '3'].map((value) => send(producer, value)))
    const [, second] = producer.sent
    expect(producer.complete(second!)).toBe(true)
    expect(producer.complete(second!)).toBe(false)
    expect(producer.failNext(refused)).toBe(true)
    expect(producer.fail(producer.pending[0]!, refused)).toBe(true)
    expect([producer.completeNext(), producer.failNext(refused)]).toEqual([false, false])
    const outcomes = (await results).map((one) =>
      one.status === 'fulfilled' ? one.value.offset : one.reason,
    )
    expect(outcomes).toEqual([refused, 0n, refused])
  })

  test('refuses a record that is not in its history', () => {
    const producer = createMockProducer()
    expect(() => producer.complete(record)).toThrow(/INVALID_ARGUMENT.*one of its sent/)
  })

  test('lets flush wait for the records that were sent before it', async () => {
    const producer = createMockProducer({ autoComplete: false })
    void send(producer, '1')
    let flushed = false
    const flush = producer.flush().then(() => (flushed = true))
    void send(producer, '2')
    await new Promise(setImmediate)
    expect(flushed).toBe(false)
    producer.completeNext()
    await flush
    expect(producer.pending).toHaveLength(1)
  })

  test('tells onDeliveryError of the failure of a record without a callback', () => {
    const heard: KafkaError[] = []
    const producer = createMockProducer({
      autoComplete: false,
      onDeliveryError: (error) => heard.push(error),
    })
    producer.enqueue(record)
    producer.failNext(refused)
    expect(heard).toEqual([refused])
  })

  function send(producer: ReturnType<typeof createMockProducer>, value: string) {
    return producer.send({ topic: 'orders', value })
  }
})

describe('a mock producer that is closed', () => {
  test('fails pending records after its time-out, and refuses later calls', async () => {
    const producer = createMockProducer({ autoComplete: false })
    const sent = producer.send(record)
    expect(producer.closed).toBe(false)
    const closing = producer.close({ timeoutMs: 0 })
    expect(producer.closed).toBe(true)
    await expect(sent).rejects.toMatchObject({ code: 'PRODUCER_CLOSED', persisted: 'possibly' })
    await closing
    await expect(producer.send(record)).rejects.toMatchObject({ code: 'PRODUCER_CLOSED' })
    expect(() => producer.enqueue(record)).toThrow(/PRODUCER_CLOSED/)
  })

  test('stays open when the call of close is refused', async () => {
    const producer = createMockProducer()
    await expect(producer.close({ timeoutMs: -1 })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    })
    expect(producer.closed).toBe(false)
  })
})

test('connect, partitionsFor and signals work on a mock producer', async () => {
  await using producer = createMockProducer({ autoComplete: false, partitions: 2 })
  await producer.connect()
  expect(await producer.partitionsFor('orders')).toHaveLength(2)
  const controller = new AbortController()
  const sent = producer.send(record, { signal: controller.signal })
  controller.abort()
  await expect(sent).rejects.toMatchObject({ code: 'ABORTED', persisted: 'possibly' })
  producer.completeNext()
})

test('the metadata of a mock producer becomes JSON as that of a real producer does', async () => {
  const producer = createMockProducer({ runtime: { ...nodeRuntime(), wallClock: () => 7 } })
  const metadata = await producer.send({ ...record, partition: 0 })
  const [again] = await producer.sendMany([record])
  expect(metadata).toEqual({ topic: 'orders', partition: 0, offset: 0n, timestamp: 7 })
  expect(JSON.stringify({ metadata, again })).toBe(
    '{"metadata":{"topic":"orders","partition":0,"offset":"0","timestamp":7},' +
      '"again":{"topic":"orders","partition":0,"offset":"1","timestamp":7}}',
  )
})

test.each([
  [{ autocomplete: false }, 'createMockProducer has no option autocomplete; did you mean auto'],
  [{ latencyMs: '5' }, "latencyMs is the string '5'; give a number"],
  [{ maxRequestBytes: 1e12 }, 'maxRequestBytes is 1000000000000; give a whole number'],
  [{ partitioner: () => 0 }, 'partitioner has no forTopic'],
])('a mock producer refuses the options %o, as a real producer would', (options, message) => {
  expect(() => createMockProducer(options as never)).toThrow(message)
})
