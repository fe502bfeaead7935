import { once } from 'node:events'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setImmediate as turn } from 'node:timers/promises'
import type { KafkaError, ProducerRecord } from '@sluice/protocol'
import { describe, expect, test } from 'vitest'
import { createMockProducer } from '../../src/testing.js'
import { endOf, PacedProducer, pacedSizes } from '../intake/paced-producer.js'
import { until } from './until.js'

const recordBytes = 1_000
const numbered = (number: number): ProducerRecord => ({
  topic: 't',
  value: String(number).padEnd(recordBytes, '.'),
})
const numbers = (count: number): ProducerRecord[] =>
  Array.from({ length: count }, (_, number) => numbered(number))

function paced(): PacedProducer {
  const made = new PacedProducer()
  made.learn()
  return made
}

describe('a stream of a producer', () => {
  test('finishes when all that was written is acknowledged, and not before', async () => {
    const made = paced()
    const stream = made.producer.writable()
    const end = endOf(pipeline(numbers(15), stream))
    await until(() => stream.writableEnded)
    await turn()
    expect(stream.records).toEqual({ acknowledged: 0, failed: 0, unsettled: 15, notSent: 0 })
    expect(end).toEqual({})
    made.acknowledgeAll()
    await until(() => 'result' in end)
    expect(stream.records).toEqual({ acknowledged: 15, failed: 0, unsettled: 0, notSent: 0 })
  })

  test('finishes at once where nothing was written', async () => {
    const stream = paced().producer.writable()
    await pipeline([], stream)
    expect(stream.writableFinished).toBe(true)
  })

  test('waits for its own records, not for those of others', async () => {
    const producer = createMockProducer({ autoComplete: false })
    const stream = producer.writable()
    producer.enqueue(numbered(0))
    const end = endOf(pipeline([numbered(1)], stream))
    await until(() => stream.writableEnded)
    producer.complete(producer.sent[1]!)
    await until(() => 'result' in end)
    expect(producer.pending).toEqual([producer.sent[0]])
  })

  test('lets its writer wait while the producer has no room, and keeps one record meanwhile', async () => {
    const made = paced()
    const stream = made.producer.writable()
    const count = 500
    const end = endOf(pipeline(Readable.from(numbers(count)), stream))
    await until(() => stream.writableNeedDrain)
    const { unsettled } = stream.records
    expect(unsettled * recordBytes).toBeGreaterThan(pacedSizes.bufferBytes / 4)
    expect(unsettled * recordBytes).toBeLessThan(pacedSizes.bufferBytes)
    // One record is with the producer, and its callback is held back. One waits behind it.
    expect(stream.writableLength).toBe(2)
    // The clock of the producer stands still: nothing goes on by time.
    await until(() => made.acknowledge() >= 0 && 'result' in end)
    expect(stream.records.acknowledged).toBe(count)
  })

  test('keeps the order of records that were written together', async () => {
    const producer = createMockProducer()
    const stream = producer.writable()
    stream.cork()
    for (const record of numbers(30)) stream.write(record)
    stream.uncork()
    stream.end(numbered(30))
    await once(stream, 'finish')
    expect(producer.sent).toEqual(numbers(31))
  })

  test('takes what an async generator gives through another stage', async () => {
    const producer = createMockProducer()
    async function* lines(): AsyncGenerator<string> {
      for (let number = 0; number < 50; number++) yield `line ${number}`
    }
    async function* records(source: AsyncIterable<string>): AsyncGenerator<ProducerRecord> {
      for await (const value of source) yield { topic: 'lines', value }
    }
    await pipeline(lines, records, producer.writable())
    expect(producer.sent.map(({ value }) => value)).toEqual(
      Array.from({ length: 50 }, (_, number) => `line ${number}`),
    )
  })

  test('leaves the producer open, for other streams, too', async () => {
    const producer = createMockProducer()
    await Promise.all([
      pipeline([numbered(0)], producer.writable()),
      pipeline([numbered(1)], producer.writable()),
    ])
    await producer.send(numbered(2))
    expect(producer.sent).toHaveLength(3)
  })
})

describe('a writer that goes on although write gave false', () => {
  test('is refused with BUFFER_FULL once bufferBytes wait in the stream, and doubles nothing', async () => {
    const made = paced()
    const stream = made.producer.writable()
    const errored = once(stream, 'error')
    const called = { fine: 0, failed: 0 }
    const count = 1_000
    for (const record of numbers(count))
      stream.write(record, (error) => called[error ? 'failed' : 'fine']++)
    const [error] = (await errored) as [KafkaError]
    expect(error).toMatchObject({ code: 'BUFFER_FULL', persisted: 'no' })
    expect(error.message).toMatch(/^BUFFER_FULL: \d+ records wait in the stream.*\(65536\)/)
    await turn()
    expect(called.fine + called.failed).toBe(count)
    made.acknowledgeAll()
    const { acknowledged, failed, unsettled, notSent } = stream.records
    expect([failed, unsettled]).toEqual([0, 0])
    expect(acknowledged).toBe(called.fine)
    // Behind the refusal `write` itself says that the stream is destroyed. Those before it are counted.
    expect(notSent).toBeGreaterThan(40)
    expect(notSent).toBeLessThan(60)
  })

  test('within bufferBytes loses nothing', async () => {
    const made = paced()
    const stream = made.producer.writable()
    const count = 50
    let refused = 0
    for (const record of numbers(count)) if (!stream.write(record)) refused++
    expect(refused).toBeGreaterThan(20)
    const end = endOf(once(stream.end(), 'finish'))
    await until(() => made.acknowledge() >= 0 && 'result' in end)
    expect(stream.records.acknowledged).toBe(count)
  })

  test('may write again and again, as long as it waits for drain in between', async () => {
    const made = paced()
    const stream = made.producer.writable()
    // Each round ignores `false` for as many records as the stream may keep.
    for (let round = 0; round < 10; round++) {
      for (const record of numbers(50)) stream.write(record)
      const drained = endOf(once(stream, 'drain'))
      await until(() => made.acknowledge() >= 0 && 'result' in drained)
    }
    made.acknowledgeAll()
    expect(stream.records.acknowledged).toBe(500)
  })
})

describe('writable()', () => {
  test('is refused by a producer that is closed', async () => {
    const producer = createMockProducer()
    await producer.close()
    expect(() => producer.writable()).toThrow(expect.objectContaining({ code: 'PRODUCER_CLOSED' }))
  })

  test('is refused by a producer that sends in transactions alone', () => {
    const producer = createMockProducer({ transactionalId: 'x' })
    expect(() => producer.writable()).toThrow(expect.objectContaining({ code: 'ILLEGAL_STATE' }))
  })

  test.each([[{ highWaterMark: 3 }], [{ signal: 3 }], [new AbortController().signal], [3]])(
    'is refused with options that it does not have: %o',
    (options) => {
      const producer = createMockProducer()
      expect(() => producer.writable(options as object)).toThrow(
        expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
      )
    },
  )
})
