import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  ByteReader,
  encodeBatchHeader,
  readBatchHeader,
  readRecords,
  RecordBatchBuilder,
  recordSize,
  recordSizeBound,
  type BatchHeaderFields,
  type HeaderValue,
} from '../src/index.js'
import { javaBatches, javaRecords } from './fixtures/java-batches.js'

type Field = string | Uint8Array | null
type Row = readonly [timestamp: number, key: Field, value: Field, headers: HeaderValue[] | null]

const noProducer = { producerId: -1n, producerEpoch: -1, baseSequence: -1, transactional: false }

function builderOf(rows: Iterable<readonly [number, Field, Field, readonly HeaderValue[] | null]>) {
  const builder = new RecordBatchBuilder(new ArrayBuffer(64))
  for (const [timestamp, key, value, headers] of rows) {
    const needed = builder.bytes + recordSize(key, value, headers)
    if (needed > builder.capacity) builder.moveTo(new ArrayBuffer(needed))
    builder.append(timestamp, key, value, headers)
  }
  return builder
}

function encoded(builder: RecordBatchBuilder, fields: Partial<BatchHeaderFields> = {}): Buffer {
  const { count, baseTimestamp, maxTimestamp } = builder
  const times = { count, baseTimestamp, maxTimestamp }
  const header = { ...noProducer, codecId: 0 as const, ...times, ...fields }
  return Buffer.concat([encodeBatchHeader(header, builder.payload()), builder.payload()])
}

test.each([
  ['plain', noProducer],
  ['idempotent', { producerId: 2n ** 53n + 1n, producerEpoch: 7, baseSequence: 2147483646 }],
  ['transactional', { producerId: 42n, producerEpoch: 0, baseSequence: 0, transactional: true }],
] as const)('a %s batch has the bytes that Java writes', (name, fields) => {
  expect(encoded(builderOf(javaRecords), fields).toString('hex')).toBe(javaBatches[name])
})

test('it tells what it holds', () => {
  const builder = new RecordBatchBuilder(new ArrayBuffer(1000))
  expect(builder).toMatchObject({ count: 0, bytes: 0, capacity: 1000 })
  expect(builder).toMatchObject({ baseTimestamp: -1, maxTimestamp: -1 })
  const written = [5, 9, 3].map((time) => builder.append(time, null, 'v', null))
  expect(builder).toMatchObject({ count: 3, baseTimestamp: 5, maxTimestamp: 9 })
  expect(builder.bytes).toBe(written[0]! + written[1]! + written[2]!)
  expect(builder.payload()).toHaveLength(builder.bytes)
})

test('an append never changes a payload that was taken before', () => {
  const builder = new RecordBatchBuilder(new ArrayBuffer(1000))
  builder.append(1, 'a', 'b', null)
  const payload = builder.payload()
  const copy = Uint8Array.from(payload)
  builder.append(2, 'c', 'd', null)
  expect(Uint8Array.from(payload)).toEqual(copy)
})

test('moving keeps what is written and leaves the old memory', () => {
  const small = new ArrayBuffer(100)
  const large = new ArrayBuffer(500)
  const builder = new RecordBatchBuilder(small)
  builder.append(1, 'a', 'b', null)
  const before = Uint8Array.from(builder.payload())
  builder.moveTo(large)
  new Uint8Array(small).fill(0xee)
  expect(Uint8Array.from(builder.payload())).toEqual(before)
  expect(builder.storage).toBe(large)
  expect(builder.capacity).toBe(500)
  expect(() => builder.moveTo(new ArrayBuffer(3))).toThrow(
    expect.objectContaining({ code: 'ILLEGAL_STATE' }),
  )
})

test.each([
  ['bytes', Buffer.alloc(200)],
  ['ASCII', 'a'.repeat(200)],
  ['text of three bytes a unit', '日'.repeat(66)],
])('a record of %s is written where it fits and else refused, with nothing written', (_, value) => {
  const size = recordSize(null, value, null)
  const first = new RecordBatchBuilder(new ArrayBuffer(100)).append(7, null, null, null)
  for (let room = 30; room <= size; room++) {
    const builder = new RecordBatchBuilder(new ArrayBuffer(first + room))
    builder.append(7, null, null, null)
    const before = Uint8Array.from(builder.payload())
    if (room === size) {
      builder.append(8, null, value, null)
      expect(readBack(builder)[1]!.value).toBe(hex(value))
      continue
    }
    expect(() => builder.append(8, null, value, null)).toThrow(
      expect.objectContaining({ code: 'ILLEGAL_STATE' }),
    )
    expect(builder).toMatchObject({ count: 1, bytes: first, maxTimestamp: 7 })
    expect(Uint8Array.from(builder.payload())).toEqual(before)
  }
})

test('lengths on both sides of each size of varint survive, in every kind of text', () => {
  const lengths = [0, 1, 20, 21, 31, 32, 62, 63, 64, 65, 4095, 4096, 8190, 8191, 8192, 8193]
  const huge = [524_287, 524_288, 1_048_575, 1_048_576]
  const values = [...lengths, ...huge].flatMap((length) => [
    'a'.repeat(length),
    'é'.repeat(length),
    '日'.repeat(length),
    `${'a'.repeat(length)}😀`,
    Buffer.alloc(length, 1),
  ])
  const rows = values.map((value): Row => [1, value, null, null])
  expect(readBack(builderOf(rows))).toEqual(rows.map(expectedOf))
})

test('every batch is read back as it was written, and never larger than its bounds', () => {
  const text = fc.oneof(
    fc.string({ maxLength: 80 }),
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.constant('\ud800'),
  )
  const field = fc.option(fc.oneof(text, fc.uint8Array({ maxLength: 100 })))
  const headers = fc
    .array(fc.tuple(text, field), { maxLength: 4 })
    .map((pairs): HeaderValue[] => pairs.flat())
  const row = fc.tuple(
    fc.oneof(fc.nat(1e6), fc.nat(2 ** 43), fc.constant(0)),
    field,
    field,
    fc.option(headers),
  )
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 12 }), (rows: Row[]) => {
      const builder = builderOf(rows)
      expect(readBack(builder)).toEqual(rows.map(expectedOf))
      for (const [timestamp, key, value, flat] of rows) {
        const alone = builderOf([[timestamp, key, value, flat]]).bytes
        expect(alone).toBeLessThanOrEqual(recordSize(key, value, flat))
        expect(recordSize(key, value, flat)).toBeLessThanOrEqual(recordSizeBound(key, value, flat))
      }
    }),
  )
})

function readBack(builder: RecordBatchBuilder) {
  const batch = readBatchHeader(new ByteReader(encoded(builder)))
  return [...readRecords(batch, batch.payload)].map((record) => ({
    ...record,
    key: hex(record.key),
    value: hex(record.value),
    headers: record.headers.map(([name, value]) => [name, hex(value)]),
  }))
}

function expectedOf([timestamp, key, value, headers]: Row, index: number) {
  const pairs: [string, string | null][] = []
  for (let at = 0; at < (headers?.length ?? 0); at += 2) {
    const name = Buffer.from(headers![at] as string).toString()
    pairs.push([name, hex(headers![at + 1]!)])
  }
  return { offset: BigInt(index), timestamp, key: hex(key), value: hex(value), headers: pairs }
}

function hex(field: Field): string | null {
  return field === null ? null : Buffer.from(field as Uint8Array).toString('hex')
}
