import type { Partitioner } from '@sluice/partitioner'
import type { CompressionCodec, KafkaError, ProducerRecord } from '@sluice/protocol'
import { gzip } from '@sluice/protocol/gzip'
import { describe, expect, test } from 'vitest'
import type { ProducerOptions } from '../../src/index.js'
import { producersOfFile } from '../producers-of-file.js'

const file = producersOfFile('again', 2)
const { open } = file

/** Calls back whenever a partition is chosen, then chooses partition 0. */
function talking(onChoose: (record: ProducerRecord) => void): Partitioner {
  const partition = ({ record }: { record: ProducerRecord }): number => {
    onChoose(record)
    return 0
  }
  return { forTopic: () => ({ partition }) }
}

const fieldsOf = (topic: string): (string | null)[][] =>
  file.cluster
    .records(topic)
    .map(({ key, value, headers }) => [
      key === null ? null : String(key),
      String(value),
      headers.map(([name]) => name).join(),
    ])

describe.each(['the same topic', 'another topic'])('a partitioner that sends to %s', (where) => {
  test('mixes up neither record', async () => {
    const inner: Promise<unknown>[] = []
    const { producer, topic } = open({
      partitioner: talking(({ value }) => {
        if (value !== 'outer') return
        inner.push(producer.send({ topic: other, key: 'KEY', value: 'inner', headers: { b: '2' } }))
        inner.push(producer.send({ topic: other, key: 'low', value: 'inner', headers: { b: '2' } }))
      }),
    })
    const other = where === 'the same topic' ? topic : `${topic}-audit`
    await Promise.all([producer.partitionsFor(topic), producer.partitionsFor(other)])
    await producer.send({ topic, key: 'key', value: 'outer', headers: { a: '1' } })
    await Promise.all(inner)
    const expected = [
      ['KEY', 'inner', 'b'],
      ['low', 'inner', 'b'],
      ['key', 'outer', 'a'],
    ]
    expect([...(other === topic ? [] : fieldsOf(other)), ...fieldsOf(topic)]).toEqual(expected)
  })
})

test('a getter that sends mixes up neither record', async () => {
  const { producer, topic } = open()
  await producer.partitionsFor(topic)
  let inner: Promise<unknown> | undefined
  const record = {
    topic,
    partition: 1,
    key: 'outer',
    get value() {
      inner = producer.send({ topic, partition: 1, key: 'inner', value: 'inner' })
      return 'outer'
    },
  }
  await producer.sendMany([{ topic, partition: 0, value: 'before' }, record])
  await inner
  // Read before anything is appended: "inner" is in its partition before the two others are in theirs.
  expect(fieldsOf(topic)).toEqual([
    [null, 'before', ''],
    ['inner', 'inner', ''],
    ['outer', 'outer', ''],
  ])
})

describe('the failure of a record that is refused', () => {
  test('inside a send inside an enqueue is told after both calls', async () => {
    const told: string[] = []
    let calls = 0
    const large = 'x'.repeat(3_000)
    const { producer, topic } = open({
      batchBytes: 1_024,
      maxRequestBytes: 2_000,
      partitioner: talking(() => {
        if (calls++ > 0) return
        producer.enqueue({ topic, value: large }, () => told.push('inner'))
        throw new Error('no partition')
      }),
    })
    await producer.partitionsFor(topic)
    producer.enqueue({ topic, value: 'a' }, () => told.push('outer'))
    expect(told).toEqual([])
    await producer.flush()
    expect(told).toEqual(['inner', 'outer'])
  })

  test('is told before a flush resolves, each time', async () => {
    const { producer, topic } = open({ batchBytes: 1_024, maxRequestBytes: 2_000 })
    let told = 0
    for (const round of [1, 2, 3]) {
      producer.enqueue({ topic, value: 'x'.repeat(3_000) }, () => told++)
      await producer.flush()
      expect(told).toBe(round)
    }
  })
})

describe('a delivery callback', () => {
  test('may send and enqueue again', async () => {
    const { producer, topic } = open()
    let later: Promise<unknown> | undefined
    const told: string[] = []
    producer.enqueue({ topic, partition: 0, value: 'a' }, () => {
      told.push('a')
      later = producer.send({ topic, partition: 0, value: 'b' })
      producer.enqueue({ topic, partition: 0, value: 'c' }, () => told.push('c'))
    })
    producer.enqueue({ topic, partition: 0, value: 'd' }, () => told.push('d'))
    await producer.flush()
    await later
    await producer.flush()
    expect(told).toEqual(['a', 'd', 'c'])
    expect(fieldsOf(topic).map(([, value]) => value)).toEqual(['a', 'd', 'b', 'c'])
  })

  test('may abort one record, and the others of its batch stay', async () => {
    const { producer, topic } = open()
    await producer.partitionsFor(topic)
    const controller = new AbortController()
    const codes: unknown[] = []
    producer.enqueue({ topic, partition: 0, value: 'a' }, () => controller.abort())
    const aborted = producer
      .send({ topic, partition: 0, value: 'b' }, { signal: controller.signal })
      .catch((error: KafkaError) => error.persisted)
    producer.enqueue({ topic, partition: 0, value: 'c' }, (error) => codes.push(error))
    await producer.flush()
    expect(await aborted).toBe('possibly')
    expect(codes).toEqual([null])
    expect(file.cluster.records(topic)).toHaveLength(3)
  })
})

test('onDeliveryError that throws, closes and flushes harms no other record', async () => {
  const logged: string[] = []
  const refused: Promise<unknown>[] = []
  const { producer, topic } = open({
    batchBytes: 1_024,
    maxRequestBytes: 2_000,
    logger: { debug() {}, info() {}, warn() {}, error: (text) => void logged.push(text) },
    onDeliveryError: () => {
      refused.push(
        producer.close().catch((error: KafkaError) => error.code),
        producer.flush().catch((error: KafkaError) => error.code),
      )
      throw new Error('mine')
    },
  })
  producer.enqueue({ topic, value: 'x'.repeat(3_000) })
  producer.enqueue({ topic, value: 'x'.repeat(3_000) })
  await expect(producer.send({ topic, value: 'fine' })).resolves.toMatchObject({ offset: 0n })
  expect(await Promise.all(refused)).toEqual(Array.from({ length: 4 }, () => 'ILLEGAL_STATE'))
  // The same trouble is told once, and then counted.
  expect(logged).toEqual([expect.stringContaining('mine')])
})

test('a partitioner that closes the producer loses nothing', async () => {
  let closed: Promise<void> | undefined
  const { producer, topic } = open({
    partitioner: talking(() => void (closed ??= producer.close())),
  })
  const codes = await Promise.all(
    ['a', 'b'].map((value) =>
      producer.send({ topic, value }).then(
        () => 'sent',
        (error: KafkaError) => error.code,
      ),
    ),
  )
  await closed
  expect(codes.filter((code) => code === 'sent')).toHaveLength(file.cluster.records(topic).length)
})

/** gzip, and what the test does meanwhile. */
function talkingCodec(during: () => void): CompressionCodec {
  const codec = gzip()
  return { ...codec, compress: (input) => (during(), codec.compress(input)) }
}

test('a codec that sends to the same topic changes the order of no caller and loses no record', async () => {
  const inner: Promise<unknown>[] = []
  const { producer, topic } = open({
    // The codec is a function of this test, so it stays on this thread.
    senderThread: false,
    batchBytes: 1_024,
    compression: talkingCodec(() => {
      const value = `inner-${inner.length} ${'i'.repeat(400)}`
      if (inner.length < 40) inner.push(producer.send({ topic, partition: 0, value }))
    }),
  })
  await producer.partitionsFor(topic)
  const outer = Array.from({ length: 300 }, (_, i) => {
    const value = `${1_000 + i} ${'o'.repeat(100 + (i % 7) * 60)}`
    return producer.send({ topic, partition: 0, value })
  })
  await Promise.all(outer)
  await producer.flush()
  await Promise.all(inner)
  const names = fieldsOf(topic).map(([, value]) => value!.split(' ')[0]!)
  const isInner = (name: string): boolean => name.startsWith('inner')
  expect(names.filter(isInner)).toEqual(Array.from({ length: 40 }, (_, i) => `inner-${i}`))
  const outerNames = names.filter((name) => !isInner(name))
  expect(outerNames).toEqual(Array.from({ length: 300 }, (_, i) => String(1_000 + i)))
})

describe('a record that waits and is aborted in its own turn', () => {
  type Moment = (abort: () => void) => Partial<ProducerOptions>
  const moments: Record<string, Moment> = {
    'while its partition is chosen': (abort) => ({ partitioner: talking(abort) }),
    'when the partitioner is told of its append': (abort) => ({
      partitioner: { forTopic: () => ({ partition: () => 0, onAppend: abort }) },
    }),
    'when its batch is sealed': (abort) => ({ observer: { sealed: abort } }),
    'while its batch is compressed': (abort) => ({
      senderThread: false,
      compression: talkingCodec(abort),
    }),
  }
  const persistedOf = (sent: Promise<unknown>): Promise<unknown> =>
    sent.then(
      () => expect.unreachable('it was aborted'),
      (error: KafkaError) => error.persisted,
    )

  for (const [when, moment] of Object.entries(moments)) {
    test.each([1, 2])(`${when} is told the truth, of %i records`, async (count) => {
      const controller = new AbortController()
      const { producer, topic } = open({ batchRecords: 1, ...moment(() => controller.abort()) })
      const record = { topic, value: 'aborted' }
      // The topic is not known yet: the records wait for its metadata.
      const sent =
        count === 1
          ? producer.send(record, { signal: controller.signal })
          : producer.sendMany([record, record], { signal: controller.signal })
      const behind = producer.send({ topic, value: 'behind' })
      const persisted = await persistedOf(sent)
      await behind
      await producer.flush()
      const written = fieldsOf(topic).filter(([, value]) => value === 'aborted')
      expect(persisted).toBe(written.length > 0 ? 'possibly' : 'no')
    })
  }
})
