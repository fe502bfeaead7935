import type { KafkaError, ProducerRecord } from '@sluice/protocol'
import { describe, expect, test } from 'vitest'
import { producersOfFile } from '../producers-of-file.js'

const file = producersOfFile('hostile', 1)
const { open, valuesOf } = file

const boom = (): never => {
  throw new Error('boom')
}

/** Bytes whose memory now belongs to somebody else. */
function transferred(length = 3): Uint8Array {
  const bytes = new Uint8Array(length)
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] })
  return bytes
}

/** Each throws or lies when it is read, or is no record at all. */
const hostile: [string, (topic: string) => unknown][] = [
  ['null', () => null],
  ['a number', () => 7],
  [
    'a value whose getter throws',
    (topic) => Object.defineProperty({ topic }, 'value', { get: boom }),
  ],
  [
    'a topic whose getter throws',
    () => Object.defineProperty({ value: '' }, 'topic', { get: boom }),
  ],
  ['a proxy that throws', () => new Proxy({}, { get: boom })],
  ['headers that throw', (topic) => ({ topic, value: '', headers: { [Symbol.iterator]: boom } })],
  ['a proxy of bytes', (topic) => ({ topic, value: new Proxy(Buffer.from('x'), {}) })],
  [
    'what only claims to be bytes',
    (topic) => ({ topic, value: Object.create(Uint8Array.prototype) }),
  ],
  ['transferred bytes as value', (topic) => ({ topic, value: transferred() })],
  ['transferred bytes as key', (topic) => ({ topic, key: transferred(), value: '' })],
  ['transferred bytes as header', (topic) => ({ topic, value: '', headers: { a: transferred() } })],
  [
    'a partition that is no text',
    (topic) => ({ topic, value: '', partition: Object.create(null) }),
  ],
]

describe('a hostile record', () => {
  test.each(hostile)('is refused alone by send, sendMany and enqueue: %s', async (_, make) => {
    const { producer, topic } = open()
    await producer.send({ topic, value: 'first' })
    const record = make(topic) as ProducerRecord
    const refused = { name: 'KafkaError', code: 'INVALID_ARGUMENT', persisted: 'no' }
    await expect(producer.send(record)).rejects.toMatchObject(refused)
    await expect(producer.sendMany([{ topic, value: 'not sent' }, record])).rejects.toMatchObject(
      refused,
    )
    expect(() => producer.enqueue(record)).toThrow(expect.objectContaining(refused))
    await producer.send({ topic, value: 'last' })
    expect(valuesOf(topic)).toEqual(['first', 'last'])
  })

  test('shows nothing of a field of the wrong type', async () => {
    const { producer, topic } = open()
    for (const field of ['partition', 'timestamp', 'key', 'topic']) {
      const record = { topic, value: '', [field]: ['secret'] } as unknown as ProducerRecord
      const error = await producer.send(record).catch((e: unknown) => e)
      expect(error).toMatchObject({ code: 'INVALID_ARGUMENT' })
      expect(String(error)).not.toContain('secret')
    }
  })

  test('is sent as it was at the call: each field is read once', async () => {
    const { producer, topic } = open()
    const reads = new Map<PropertyKey, number>()
    const fields: Record<PropertyKey, unknown> = {
      topic,
      key: 'k',
      value: 'v',
      headers: [['a', 'b']],
    }
    const record = new Proxy({} as ProducerRecord, {
      get: (_, name) => {
        const read = (reads.get(name) ?? 0) + 1
        reads.set(name, read)
        return read === 1 ? fields[name] : 42
      },
    })
    await producer.send(record)
    await producer.sendMany([{ topic, key: 'k', value: 'v' }])
    expect(new Set(reads.values())).toEqual(new Set([1]))
    expect(valuesOf(topic)).toEqual(['v', 'v'])
  })

  test('is sent as it was if it is changed while it waits, and also if its bytes are gone', async () => {
    const { producer, topic } = open()
    const changed = { topic, value: 'before' as unknown, headers: { a: 'b' } as unknown }
    const gone = Buffer.from(new Uint8Array(8).buffer)
    const sends = Promise.allSettled([
      producer.send(changed as ProducerRecord),
      producer.send({ topic, value: gone }),
      producer.send({ topic, value: 'after' }),
    ])
    changed.value = 7
    changed.headers = null
    structuredClone(gone.buffer, { transfer: [gone.buffer] })
    expect((await sends).map(({ status }) => status)).toEqual(Array(3).fill('fulfilled'))
    expect(valuesOf(topic)).toEqual(['before', '\0'.repeat(8), 'after'])
  })
})

describe('sendMany', () => {
  test.each([[null], ['text'], [7], [{ length: 1 }]])('refuses %s for a list', async (records) => {
    const { producer } = open()
    await expect(producer.sendMany(records as never)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    })
  })

  test('refuses a list with a hole and sends nothing', async () => {
    const { producer, topic } = open()
    const records = [{ topic, value: 'a' }]
    records[2] = { topic, value: 'c' }
    await expect(producer.sendMany(records)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    await producer.flush()
    expect(valuesOf(topic)).toEqual([])
  })
})

describe('a hostile partitioner', () => {
  test('that throws in forTopic fails that send alone, and is asked again', async () => {
    let calls = 0
    const forTopic = (): { partition: () => number } =>
      calls++ === 0 ? boom() : { partition: () => 0 }
    const { producer, topic } = open({ partitioner: { forTopic } })
    await expect(producer.send({ topic, value: 'a' })).rejects.toMatchObject({
      code: 'PARTITIONER_FAILED',
      persisted: 'no',
      topic,
      cause: { message: 'boom' },
    })
    await expect(producer.send({ topic, value: 'b' })).resolves.toMatchObject({ offset: 0n })
  })

  test('that throws in onAppend harms no record, and is logged once for each topic', async () => {
    const logged: string[] = []
    const quiet = {
      debug() {},
      info() {},
      warn() {},
      error: (text: string) => void logged.push(text),
    }
    const { producer, topic } = open({
      logger: quiet,
      partitioner: { forTopic: () => ({ partition: () => 0, onAppend: boom }) },
    })
    const told: (string | undefined)[] = []
    const sent = producer.sendMany([
      { topic, value: 'a' },
      { topic, value: 'b' },
    ])
    producer.enqueue({ topic, value: 'c' }, (error) => told.push(error?.code))
    await expect(sent).resolves.toMatchObject([{ offset: 0n }, { offset: 1n }])
    await producer.flush()
    expect(told).toEqual([undefined])
    expect(valuesOf(topic)).toEqual(['a', 'b', 'c'])
    expect(logged).toEqual([expect.stringContaining('boom')])
  })
})

describe('a hostile callback', () => {
  test('that is no function is a mistake of the program', () => {
    const { producer, topic } = open()
    for (const callback of [null, {}, 'log']) {
      expect(() => producer.enqueue({ topic, value: '' }, callback as never)).toThrow(
        /INVALID_ARGUMENT.*give a function/,
      )
    }
  })

  test('that throws what cannot be printed, with a logger that throws, harms no other record', async () => {
    const { producer, topic } = open({
      logger: { debug: boom, info: boom, warn: boom, error: boom },
    })
    const told: number[] = []
    const refuse = (): never => {
      throw Object.create(null)
    }
    await producer.send({ topic, value: '' })
    producer.enqueue({ topic, value: '' }, refuse)
    producer.enqueue({ topic, value: '' }, () => told.push(1))
    await expect(producer.send({ topic, value: '' })).resolves.toMatchObject({ offset: 3n })
    expect(told).toEqual([1])
  })

  test('that throws the error of its refused record keeps no other callback from being called', async () => {
    const { producer, topic } = open({ batchBytes: 1_024, maxRequestBytes: 2_000 })
    const value = 'x'.repeat(3_000)
    const told: string[] = []
    producer.enqueue({ topic, value }, boom)
    producer.enqueue({ topic, value }, (error: KafkaError | null) => told.push(error!.code))
    await producer.flush()
    expect(told).toEqual(['RECORD_TOO_LARGE'])
  })
})
