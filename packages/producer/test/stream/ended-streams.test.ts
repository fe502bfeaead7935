import { once } from 'node:events'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setImmediate as turn } from 'node:timers/promises'
import { KafkaError, type ProducerRecord } from '@sluice/protocol'
import { describe, expect, test } from 'vitest'
import type { RecordWritable } from '../../src/index.js'
import { createMockProducer } from '../../src/testing.js'
import { endOf, PacedProducer } from '../intake/paced-producer.js'
import { until } from './until.js'

const refusal = new KafkaError('TOPIC_AUTHORIZATION_FAILED', 'made up', { persisted: 'no' })
const numbered = (number: number): ProducerRecord => ({
  topic: 't',
  value: String(number).padEnd(1_000, '.'),
})

/** Gives a record in each turn of the event loop until it is destroyed, and fails at number `failsAt`. */
function endless(failsAt = Infinity): Readable {
  return Readable.from(
    (async function* () {
      for (let number = 0; number < failsAt; number++) {
        await turn()
        yield numbered(number)
      }
      throw new Error('the source has failed')
    })(),
  )
}

/** A stream whose producer has no room: some records are with the producer, one waits in the stream. */
async function stalled(): Promise<{
  made: PacedProducer
  stream: RecordWritable
  unhandled: KafkaError[]
  callbacks: unknown[]
  written: number
}> {
  const unhandled: KafkaError[] = []
  const made = new PacedProducer({ onDeliveryError: (error) => unhandled.push(error) })
  made.learn()
  const stream = made.producer.writable()
  const callbacks: unknown[] = []
  let written = 0
  while (stream.write(numbered(written++), (error) => callbacks.push(error?.name ?? null)));
  await turn()
  return { made, stream, unhandled, callbacks, written }
}

describe('a record that fails', () => {
  test('destroys the stream with its error, and the source of the pipeline', async () => {
    let settled = 0
    const producer = createMockProducer({
      autoComplete: () => (settled++ === 50 ? refusal : null),
    })
    const source = endless()
    const stream = producer.writable()
    await expect(pipeline(source, stream)).rejects.toBe(refusal)
    expect(source.destroyed).toBe(true)
    await producer.flush()
    const { acknowledged, failed, unsettled } = stream.records
    expect(failed).toBe(1)
    expect(unsettled).toBe(0)
    expect(acknowledged + failed).toBe(producer.sent.length)
    await producer.send(numbered(0))
  })

  test('at the end keeps the stream from finishing', async () => {
    const producer = createMockProducer({ autoComplete: false })
    const stream = producer.writable()
    const end = endOf(pipeline([numbered(0), numbered(1)], stream))
    await until(() => stream.writableEnded)
    producer.failNext(refusal)
    await until(() => 'error' in end)
    expect(end.error).toBe(refusal)
    producer.completeNext()
    expect(stream.writableFinished).toBe(false)
    expect(stream.records).toEqual({ acknowledged: 1, failed: 1, unsettled: 0, notSent: 0 })
  })

  test('is told once by the stream, and those behind it as records without a callback', async () => {
    const { made, stream, unhandled } = await stalled()
    const errored = once(stream, 'error')
    made.refuse(refusal)
    expect((await errored)[0]).toMatchObject({ code: refusal.code, persisted: 'no' })
    made.refuse(refusal)
    const { acknowledged, failed, unsettled, notSent } = stream.records
    expect([acknowledged, unsettled, notSent]).toEqual([0, 0, 1])
    expect(unhandled).toHaveLength(failed - 1)
  })

  test.each([
    ['is not valid', { topic: 't', value: 7 }, 'INVALID_ARGUMENT'],
    ['is none', undefined, 'INVALID_ARGUMENT'],
    [
      'cannot be read',
      {
        topic: 't',
        get value(): string {
          throw new Error('no')
        },
      },
      'INVALID_ARGUMENT',
    ],
  ])('since it %s is refused at its place', async (_, wrong, code) => {
    const producer = createMockProducer({ maxRequestBytes: 2_000 })
    const stream = producer.writable()
    const errored = once(stream, 'error')
    const callbacks: unknown[] = []
    const note = (error?: Error | null): void =>
      void callbacks.push((error as KafkaError | null)?.code ?? null)
    stream.cork()
    stream.write({ topic: 't', value: 'a' }, note)
    stream.write(wrong, note)
    stream.write({ topic: 't', value: 'b' }, note)
    stream.uncork()
    expect((await errored)[0]).toMatchObject({ code, persisted: 'no' })
    await producer.flush()
    expect(callbacks).toEqual([null, code, code])
    expect(stream.records).toEqual({ acknowledged: 1, failed: 1, unsettled: 0, notSent: 1 })
  })

  test('since it is too large destroys the stream, and those that were written with it are sent', async () => {
    const producer = createMockProducer({ maxRequestBytes: 2_000 })
    const stream = producer.writable()
    const errored = once(stream, 'error')
    stream.cork()
    stream.write({ topic: 't', value: 'x'.repeat(2_000) })
    stream.write({ topic: 't', value: 'b' })
    stream.uncork()
    expect((await errored)[0]).toMatchObject({ code: 'RECORD_TOO_LARGE', persisted: 'no' })
    await producer.flush()
    expect(stream.records).toEqual({ acknowledged: 1, failed: 1, unsettled: 0, notSent: 0 })
  })

  test('since the producer was closed ends the pipeline', async () => {
    const onDeliveryError = (): void => {}
    const producer = createMockProducer({ autoComplete: false, onDeliveryError })
    const stream = producer.writable()
    const end = endOf(pipeline(endless(), stream))
    await until(() => stream.records.unsettled > 2)
    await producer.close({ timeoutMs: 0 })
    await until(() => 'error' in end)
    expect(end.error).toMatchObject({ code: 'PRODUCER_CLOSED' })
    const late = createMockProducer()
    const idle = late.writable()
    await late.close()
    const errored = once(idle, 'error')
    idle.write(numbered(0))
    expect((await errored)[0]).toMatchObject({ code: 'PRODUCER_CLOSED', persisted: 'no' })
  })
})

const ways: [string, (stream: RecordWritable) => unknown, string | null][] = [
  ['destroy()', (stream) => stream.destroy(), null],
  ['destroy(error)', (stream) => stream.destroy(new RangeError('mine')), 'RangeError'],
  ['end() and destroy() in one turn', (stream) => stream.end().destroy(), null],
]

describe.each(ways)('%s while the producer has no room', (_, destroy, name) => {
  test('calls every write callback, and says what was not sent', async () => {
    const { made, stream, callbacks, written, unhandled } = await stalled()
    const errors: unknown[] = []
    stream.on('error', (error) => errors.push(error.name))
    expect(callbacks).toHaveLength(written - 2)
    destroy(stream)
    await turn()
    expect(callbacks).toHaveLength(written)
    expect(callbacks.slice(0, -1).every((error) => error === null)).toBe(true)
    expect(callbacks.at(-1)).toBe(name ?? 'Error')
    expect(errors).toEqual(name === null ? [] : [name])
    expect(stream.records).toMatchObject({ unsettled: written - 1, notSent: 1 })
    made.acknowledgeAll()
    expect(stream.records).toEqual({
      acknowledged: written - 1,
      failed: 0,
      unsettled: 0,
      notSent: 1,
    })
    expect(unhandled).toEqual([])
    const end = endOf(made.producer.send(numbered(0)))
    made.acknowledgeAll()
    await until(() => 'result' in end)
  })

  test('tells of records that fail later as of records without a callback', async () => {
    const { made, stream, unhandled } = await stalled()
    stream.on('error', () => {})
    destroy(stream)
    await turn()
    made.refuse(refusal)
    made.refuse(refusal)
    expect(unhandled).toHaveLength(stream.records.failed)
    expect(stream.records.unsettled).toBe(0)
  })
})

describe('a pipeline that ends early', () => {
  test('by an error of its source rejects with that, and drives what it has sent to its end', async () => {
    const producer = createMockProducer({ latencyMs: 1 })
    const stream = producer.writable()
    await expect(pipeline(endless(50), stream)).rejects.toThrow('the source has failed')
    await producer.flush()
    expect(stream.records).toEqual({ acknowledged: 50, failed: 0, unsettled: 0, notSent: 0 })
  })

  test('by a signal rejects at once, while records are unsettled', async () => {
    const producer = createMockProducer({ autoComplete: false })
    const stream = producer.writable()
    const controller = new AbortController()
    const end = endOf(pipeline(endless(), stream, { signal: controller.signal }))
    await until(() => stream.records.unsettled > 2)
    controller.abort()
    await until(() => 'error' in end)
    expect(end.error?.name).toBe('AbortError')
    const { unsettled } = stream.records
    while (producer.completeNext());
    expect(stream.records.acknowledged).toBe(unsettled)
    const sent = producer.send(numbered(0))
    producer.completeNext()
    await sent
  })

  test('by a signal of the stream does the same', async () => {
    const producer = createMockProducer({ autoComplete: false })
    const controller = new AbortController()
    const stream = producer.writable({ signal: controller.signal })
    const end = endOf(pipeline(endless(), stream))
    await until(() => stream.records.unsettled > 2)
    controller.abort()
    await until(() => 'error' in end)
    expect(end.error?.name).toBe('AbortError')
    const aborted = producer.writable({ signal: controller.signal })
    await expect(once(aborted, 'close')).rejects.toMatchObject({ name: 'AbortError' })
  })
})
