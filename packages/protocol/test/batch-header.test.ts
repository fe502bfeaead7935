import { expect, test } from 'vitest'
import {
  BATCH_HEADER_BYTES,
  ByteReader,
  encodeBatchHeader,
  nextSequence,
  readBatchHeader,
} from '../src/index.js'

const payload = Buffer.from('payload')
const fields = {
  count: 3,
  baseTimestamp: 1_700_000_000_000,
  maxTimestamp: 1_700_000_000_900,
  codecId: 4,
  producerId: 2n ** 62n + 1n,
  producerEpoch: 32_767,
  baseSequence: 2_147_483_647,
  transactional: true,
} as const

const read = (header: Uint8Array) =>
  readBatchHeader(new ByteReader(Buffer.concat([header, payload])))

test('every field is read back, 64-bit ones over 2^53 too', () => {
  const header = encodeBatchHeader(fields, payload)
  expect(header).toHaveLength(BATCH_HEADER_BYTES)
  expect(read(header)).toMatchObject({
    ...fields,
    baseOffset: 0n,
    partitionLeaderEpoch: -1,
    lastOffsetDelta: 2,
    timestampType: 'CreateTime',
    control: false,
    sizeInBytes: 68,
  })
})

test('without a producer id there is no epoch and no sequence', () => {
  expect(read(encodeBatchHeader({ ...fields, producerId: -1n }, payload))).toMatchObject({
    producerId: -1n,
    producerEpoch: -1,
    baseSequence: -1,
  })
})

test('each header is new memory, so that one that is being sent is never touched', () => {
  const first = encodeBatchHeader(fields, payload)
  const copy = Uint8Array.from(first)
  const second = encodeBatchHeader({ ...fields, baseSequence: 1 }, payload)
  expect(Uint8Array.from(first)).toEqual(copy)
  expect(Uint8Array.from(second)).not.toEqual(copy)
})

test('sequences wrap from 2147483647 to 0, also within a batch', () => {
  expect(nextSequence(0, 1)).toBe(1)
  expect(nextSequence(2_147_483_646, 1)).toBe(2_147_483_647)
  expect(nextSequence(2_147_483_647, 1)).toBe(0)
  expect(nextSequence(2_147_483_640, 10)).toBe(2)
  expect(nextSequence(2_147_483_647, 2_147_483_647)).toBe(2_147_483_646)
})
