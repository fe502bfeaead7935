import * as zlib from 'node:zlib'
import { gzip } from '../../src/gzip.js'
import {
  ByteReader,
  crc32c,
  decompressPayload,
  readBatchHeader,
  readRecords,
  type BatchRecord,
} from '../../src/index.js'
import { orders } from '../../src/testing/payloads.js'
import { zstd } from '../../src/zstd.js'
import { javaBatches } from '../fixtures/java-batches.js'
import type { FuzzTarget } from './target.js'

const batches = Object.values(javaBatches).map((hex) => Buffer.from(hex, 'hex'))
const batchCodes = [
  'MALFORMED_RESPONSE',
  'CORRUPT_MESSAGE',
  'CODEC_FAILED',
  'CODEC_UNAVAILABLE',
] as const

/** Record batches, with a CRC that stops most changes and with one that lets them through, and records alone. */
export function batchTargets(): FuzzTarget[] {
  return [
    { name: 'batches', corpus: batches, codes: batchCodes, decode: readBatches },
    {
      name: 'batch with a right CRC',
      corpus: batches,
      codes: batchCodes,
      decode: (bytes) => readBatches(withRightCrc(bytes)),
    },
    recordsTarget(),
    ...codecTargets(),
  ]
}

/** Those of node:zlib: zstd where this Node has it. */
function codecTargets(): FuzzTarget[] {
  const codecs = 'zstdCompressSync' in zlib ? [gzip(), zstd()] : [gzip()]
  return codecs.map((codec) => ({
    name: codec.name,
    corpus: [0, 1, 300].map((length) => Buffer.from(codec.compress(orders(length)) as Uint8Array)),
    codes: ['CODEC_FAILED'],
    decode: (bytes) => codec.decompress(bytes, 4 * bytes.length),
  }))
}

function recordsTarget(): FuzzTarget {
  const batch = readBatchHeader(new ByteReader(Buffer.from(javaBatches.plain, 'hex')))
  return {
    name: 'records',
    corpus: [Buffer.from(batch.payload)],
    codes: ['MALFORMED_RESPONSE'],
    decode: (bytes) => passOver(readRecords(batch, bytes)),
  }
}

function readBatches(bytes: Buffer): void {
  const reader = new ByteReader(bytes)
  while (reader.remaining > 0) {
    const batch = readBatchHeader(reader)
    const payload = decompressPayload(batch, [gzip()], 4 * bytes.length)
    passOver(readRecords(batch, payload as Uint8Array))
  }
}

/** Keeps none: only one at a time is the reader's. */
function passOver(records: Iterable<BatchRecord>): void {
  for (const record of records) if (record.offset < 0n) continue
}

function withRightCrc(bytes: Buffer): Buffer {
  if (bytes.length < 21) return bytes
  const fixed = Buffer.from(bytes)
  const end = Math.max(21, Math.min(bytes.length, 12 + bytes.readInt32BE(8)))
  fixed.writeUInt32BE(crc32c(fixed.subarray(21, end)), 17)
  return fixed
}
