import { expect, test } from 'vitest'
import { decodeResponse, endTxnApi, saslHandshakeApi } from '../src/index.js'
import { harmOf } from './fuzz/harm.js'
import { messageTargets } from './fuzz/message-targets.js'
import type { FuzzTarget } from './fuzz/target.js'
import { writeVarint } from './fuzz/varint.js'

// What a peer may send that is as long as a frame may be, and is all small things. The fuzzer tries other sizes.

/** The largest take most of the time, and are left to `npm run test:fuzz`. */
const isFuzzing = process.env['SLUICE_FUZZ_SECONDS'] !== undefined
const sizes = isFuzzing ? [4_096, 262_144, 16_777_216] : [4_096, 262_144]
const targets = messageTargets(20_261)

test('there is a shape for each array of each message', () => {
  const shapesOf = (name: string) =>
    targets.find((target) => target.name === name)!.shapes!.map(({ path }) => path)
  expect(shapesOf('response Metadata 12')).toEqual([
    'brokers',
    'topics',
    'topics.partitions',
    'topics.partitions.replicaNodes',
    'topics.partitions.isrNodes',
    'topics.partitions.offlineReplicas',
  ])
  expect(shapesOf('response Produce 10')).toEqual([
    'responses',
    'responses.partitionResponses',
    'responses.partitionResponses.recordErrors',
    'nodeEndpoints',
  ])
  expect(shapesOf('request TxnOffsetCommit 5')).toEqual(['topics', 'topics.partitions'])
  expect(shapesOf('response ApiVersions 0')).toEqual(['apiKeys'])
})

test.each(targets.filter(({ shapes }) => shapes!.length > 0))(
  '$name full of the smallest items is read in time and memory, or refused',
  (target) => {
    for (const { path, frameOf } of target.shapes!) {
      for (const size of sizes)
        expect([path, size, harmOf(target, frameOf(size))]).toEqual([path, size, null])
    }
  },
)

const frameBytes = 16_777_216

test.each([
  ['letters', Buffer.from('a')],
  ['letters of two bytes', Buffer.from('é')],
  ['letters of three bytes', Buffer.from('あ')],
  ['what is no text', Buffer.of(0xff)],
  ['what begins as text', Buffer.of(0xe3, 0xe3, 0x80)],
])('text that is %s is read in time and memory, or refused', (_, letter) => {
  for (const length of [1, 10, 1_000, 32_767]) {
    const item = Buffer.concat([
      Buffer.of(length >> 8, length & 0xff),
      Buffer.alloc(length, letter),
    ])
    for (const bytes of [65_536, 1_048_576, frameBytes]) {
      const count = Math.floor((bytes - 10) / item.length)
      const start = hex('00000001 0000 00000000')
      start.writeInt32BE(count, 6)
      const frame = Buffer.concat([start, Buffer.alloc(count * item.length, item)])
      const decode = () => decodeResponse(saslHandshakeApi, 1, frame)
      expect(harmOf(targetOf(decode), frame)).toBeNull()
    }
  }
})

test('unknown tagged fields are passed over in time, or refused', () => {
  for (const count of [10, 10_000, 100_000, 3_000_000]) {
    const tags = Buffer.alloc(5 + 5 * count)
    let at = writeVarint(tags, 0, count)
    for (let tag = 100; tag < 100 + count; tag++) {
      at = writeVarint(tags, at, tag)
      at = writeVarint(tags, at, 0)
    }
    const body = hex('00000001 00 00000000 0000 0000000000000000 0000')
    const frame = Buffer.concat([body, tags.subarray(0, at)])
    expect(
      harmOf(
        targetOf(() => decodeResponse(endTxnApi, 5, frame)),
        frame,
      ),
    ).toBeNull()
  }
})

/** Hexadecimal digits in groups, for the reader's sake. */
function hex(groups: string): Buffer {
  return Buffer.from(groups.replaceAll(' ', ''), 'hex')
}

function targetOf(decode: () => unknown): FuzzTarget {
  return { name: 'hostile', corpus: [], codes: ['MALFORMED_RESPONSE'], decode }
}
