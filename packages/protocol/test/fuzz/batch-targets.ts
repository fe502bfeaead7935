import { gzip } from '../../src/gzip.js'
import {
  ByteReader,
  crc32c,
  decompressPayload,
  readBatchHeader,
  readRecords,
} from '../../src/index.js'
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
  ]
}

function recordsTarget(): FuzzTarget {
  const batch = readBatchHeader(new ByteReader(Buffer.from(javaBatches.plain, 'hex')))
  return {
    name: 'records',
    corpus: [Buffer.from(batch.payload)],
    codes: ['MALFORMED_RESPONSE'],
    decode: (bytes) => readRecords(batch, bytes),
  }
}

function readBatches(bytes: Buffer): unknown[] {
  const reader = new ByteReader(bytes)
  const read: unknown[] = []
  while (reader.remaining > 0) {
    const batch = readBatchHeader(reader)
    const payload = decompressPayload(batch, [gzip()], 4 * bytes.length)
    read.push(readRecords(batch, payload as Uint8Array))
  }
  return read
}

function withRightCrc(bytes: Buffer): Buffer {
  if (bytes.length < 21) return bytes
  const fixed = Buffer.from(bytes)
  const end = Math.max(21, Math.min(bytes.length, 12 + bytes.readInt32BE(8)))
  fixed.writeUInt32BE(crc32c(fixed.subarray(21, end)), 17)
  return fixed
}
