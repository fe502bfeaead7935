import fc from 'fast-check'
import { expect, test } from 'vitest'
import { gzip } from '../src/gzip.js'
import {
  ByteReader,
  crc32c,
  decompressPayload,
  KafkaError,
  readBatchHeader,
  readRecords,
  type RecordBatch,
} from '../src/index.js'
import { javaBatches, javaRecords } from './fixtures/java-batches.js'

const malformed = expect.objectContaining({ code: 'MALFORMED_RESPONSE' })
const corrupt = expect.objectContaining({ code: 'CORRUPT_MESSAGE' })
const bytesOf = (name: keyof typeof javaBatches) => Buffer.from(javaBatches[name], 'hex')
const read = (bytes: Uint8Array) => readBatchHeader(new ByteReader(bytes))
const recordsOf = (batch: RecordBatch, payload: Uint8Array) => [...readRecords(batch, payload)]

/** A batch whose bytes have been changed behind the CRC, with a CRC that is right again. */
function changed(name: keyof typeof javaBatches, change: (bytes: Buffer) => void): Buffer {
  const bytes = bytesOf(name)
  change(bytes)
  bytes.writeUInt32BE(crc32c(bytes.subarray(21)), 17)
  return bytes
}

test.each(['plain', 'idempotent', 'transactional', 'gzip'] as const)(
  'the %s batch that Java wrote gives its records',
  (name) => {
    const batch = read(bytesOf(name))
    const records = recordsOf(batch, decompressPayload(batch, [gzip()], 10_000) as Uint8Array)
    const text = (bytes: Uint8Array | null) =>
      bytes === null ? null : Buffer.from(bytes).toString()
    expect(batch.sizeInBytes).toBe(bytesOf(name).length)
    expect(
      records.map(({ timestamp, key, value, headers }) => [
        timestamp,
        text(key),
        text(value),
        headers.length === 0 ? null : headers.flatMap(([header, it]) => [header, text(it)]),
      ]),
    ).toEqual(javaRecords)
    expect(records.map(({ offset }) => offset)).toEqual([0n, 1n, 2n, 3n, 4n])
  },
)

test('the header tells who wrote the batch', () => {
  expect(read(bytesOf('idempotent'))).toMatchObject({
    producerId: 2n ** 53n + 1n,
    producerEpoch: 7,
    baseSequence: 2147483646,
    transactional: false,
    codecId: 0,
  })
  expect(read(bytesOf('transactional'))).toMatchObject({ producerId: 42n, transactional: true })
  expect(read(bytesOf('gzip'))).toMatchObject({ codecId: 1, count: 5, lastOffsetDelta: 4 })
})

test('batches stand one behind the other', () => {
  const reader = new ByteReader(Buffer.concat([bytesOf('plain'), bytesOf('gzip')]))
  expect(readBatchHeader(reader).codecId).toBe(0)
  expect(readBatchHeader(reader).codecId).toBe(1)
  expect(reader.remaining).toBe(0)
})

test('offsets count from the base offset, over 2^53 too', () => {
  const bytes = bytesOf('plain')
  bytes.writeBigInt64BE(2n ** 60n, 0)
  const batch = read(bytes)
  expect(recordsOf(batch, batch.payload)[4]!.offset).toBe(2n ** 60n + 4n)
})

test('with LogAppendTime every record has the time of the broker', () => {
  const batch = read(changed('plain', (bytes) => bytes.writeInt16BE(8, 21)))
  expect(batch.timestampType).toBe('LogAppendTime')
  const times = new Set(recordsOf(batch, batch.payload).map(({ timestamp }) => timestamp))
  expect(times).toEqual(new Set([1700000500000]))
})

test('one wrong bit behind the CRC is found', () => {
  const good = bytesOf('plain')
  for (let index = 17; index < good.length; index++) {
    const bytes = Buffer.from(good)
    bytes[index]! ^= 1 << (index % 8)
    expect(() => read(bytes)).toThrow(corrupt)
  }
})

test('a batch cut at any byte is malformed', () => {
  const good = bytesOf('plain')
  for (let end = 0; end < good.length; end++) {
    expect(() => read(good.subarray(0, end))).toThrow(malformed)
  }
})

test.each([
  ['another format', (bytes: Buffer) => bytes.writeInt8(1, 16)],
  ['a length within the header', (bytes: Buffer) => bytes.writeInt32BE(48, 8)],
  ['a negative length', (bytes: Buffer) => bytes.writeInt32BE(-1, 8)],
  ['a length of 2 GiB', (bytes: Buffer) => bytes.writeInt32BE(2 ** 31 - 1, 8)],
  ['an unknown compression', (bytes: Buffer) => bytes.writeInt16BE(5, 21)],
  ['a negative count', (bytes: Buffer) => bytes.writeInt32BE(-1, 57)],
])('%s is malformed', (_, change) => {
  expect(() => read(changed('plain', change))).toThrow(malformed)
})

test('a count that differs from the records there are is malformed', () => {
  for (const count of [0, 4, 6, 2 ** 31 - 1]) {
    const batch = read(changed('plain', (bytes) => bytes.writeInt32BE(count, 57)))
    expect(() => recordsOf(batch, batch.payload)).toThrow(malformed)
  }
})

test('announced numbers are believed only as far as there are bytes for them', () => {
  const many = read(changed('plain', (bytes) => bytes.writeInt32BE(2 ** 31 - 1, 57)))
  expect(() => recordsOf(many, many.payload)).toThrow(/2147483647 records announced/)
  const one = { ...many, count: 1 }
  const headers = Buffer.from('140000000101feffffff0f', 'hex')
  expect(() => recordsOf(one, headers)).toThrow(/2147483647 items announced/)
})

test('bytes behind the headers of a record are malformed', () => {
  const one = { ...read(bytesOf('plain')), count: 1 }
  expect(recordsOf(one, Buffer.from('0c000000010100', 'hex'))).toHaveLength(1)
  expect(() => recordsOf(one, Buffer.from('0e000000010100aa', 'hex'))).toThrow(malformed)
})

test('no change of the records gives anything but records or MALFORMED_RESPONSE', () => {
  const batch = read(bytesOf('plain'))
  fc.assert(
    fc.property(fc.nat(batch.payload.length - 1), fc.nat(255), fc.nat(20), (at, byte, cut) => {
      const payload = Buffer.from(batch.payload).subarray(0, batch.payload.length - cut)
      if (at < payload.length) payload[at] = byte
      try {
        expect(recordsOf(batch, payload)).toHaveLength(5)
      } catch (error) {
        expect(error).toEqual(malformed)
      }
    }),
    { numRuns: 2000 },
  )
})

test('a payload is decompressed by the codec with its id, at once or later', async () => {
  const batch = read(bytesOf('gzip'))
  const output = Buffer.from('out')
  const other = { ...gzip(), id: 2 as const, decompress: () => Buffer.from('wrong') }
  const later = { ...gzip(), decompress: () => Promise.resolve(output) }
  expect(decompressPayload(batch, [other, { ...gzip(), decompress: () => output }], 3)).toBe(output)
  await expect(decompressPayload(batch, [other, later], 3)).resolves.toBe(output)
})

test('a payload without compression needs no codec', () => {
  const batch = read(bytesOf('plain'))
  expect(decompressPayload(batch, [], 0)).toBe(batch.payload)
})

test('a missing codec, a failing one and one that gives too much are told apart', async () => {
  const batch = read(bytesOf('gzip'))
  const cause = new Error('broken')
  const failed = expect.objectContaining({ code: 'CODEC_FAILED', cause })
  const broken = () => {
    throw cause
  }
  expect(() => decompressPayload(batch, [], 10)).toThrow(
    new KafkaError('CODEC_UNAVAILABLE', 'no codec with id 1'),
  )
  expect(() => decompressPayload(batch, [{ ...gzip(), decompress: broken }], 10)).toThrow(failed)
  const rejecting = { ...gzip(), decompress: () => Promise.reject(cause) }
  await expect(decompressPayload(batch, [rejecting], 10)).rejects.toEqual(failed)
  const greedy = { ...gzip(), decompress: () => Buffer.alloc(11) }
  expect(() => decompressPayload(batch, [greedy], 10)).toThrow(/11 bytes, limit 10/)
  const greedyLater = { ...gzip(), decompress: () => Promise.resolve(Buffer.alloc(11)) }
  await expect(decompressPayload(batch, [greedyLater], 10)).rejects.toThrow(/11 bytes, limit 10/)
})
