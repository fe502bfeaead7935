import { ByteReader, readBatchHeader } from '@sluice/protocol'
import { describe, expect, test, vi } from 'vitest'
import { checkBatch } from '../src/partition/batch-check.js'
import { PartitionLog } from '../src/partition/partition-log.js'
import { batchOf, sequencedBatch, type TestRecord } from './batches.js'

const codecs = new Map()
const expiration = { expirationMs: 86_400_000, wallClock: () => 0 }

function emptyLog(): PartitionLog {
  return new PartitionLog(expiration)
}

async function append(log: PartitionLog, bytes: Uint8Array, leaderEpoch = 0) {
  return log.append(await checkBatch(bytes, 1_000_000, codecs), leaderEpoch)
}

async function logOf(...batches: TestRecord[][]): Promise<PartitionLog> {
  const log = emptyLog()
  for (const records of batches) await append(log, await batchOf(records))
  return log
}

function baseOffsets(chunks: Uint8Array[]): bigint[] {
  return chunks.map((chunk) => readBatchHeader(new ByteReader(chunk)).baseOffset)
}

describe('a partition log', () => {
  test('gives batches consecutive offsets from 0 on', async () => {
    const log = emptyLog()
    expect(log.endOffset).toBe(0n)
    expect(await append(log, await batchOf([{ value: 'a' }, { value: 'b' }]))).toEqual({
      kind: 'appended',
      baseOffset: 0n,
    })
    expect(await append(log, await batchOf([{ value: 'c' }]))).toEqual({
      kind: 'appended',
      baseOffset: 2n,
    })
    expect(log.endOffset).toBe(3n)
    expect(log.batchCount).toBe(2)
  })

  test('writes offset and leader epoch into the stored batch and leaves the CRC right', async () => {
    const log = await logOf([{ value: 'a' }])
    await append(log, await batchOf([{ value: 'b' }]), 4)
    const [stored] = log.read(1n, 1000, true)
    expect(readBatchHeader(new ByteReader(stored!))).toMatchObject({
      baseOffset: 1n,
      partitionLeaderEpoch: 4,
    })
  })

  test('does not touch the bytes it was given', async () => {
    const bytes = await batchOf([{ value: 'a' }])
    const before = Buffer.from(bytes)
    await append(emptyLog(), bytes, 9)
    expect(bytes.equals(before)).toBe(true)
  })

  test('does not append a repeated batch again', async () => {
    const log = await logOf([{ value: 'x' }])
    const bytes = await sequencedBatch(1n, 0, 0, 2)
    await append(log, bytes)
    expect(await append(log, bytes)).toMatchObject({ kind: 'duplicate', baseOffset: 1n })
    expect(log.endOffset).toBe(3n)
  })

  test('does not append a batch out of order', async () => {
    const log = emptyLog()
    await append(log, await sequencedBatch(1n, 0, 0))
    expect(await append(log, await sequencedBatch(1n, 0, 2))).toMatchObject({
      kind: 'refused',
      error: 'OUT_OF_ORDER_SEQUENCE_NUMBER',
    })
    expect(log.endOffset).toBe(1n)
  })

  test('appends the same batch twice for a producer without an id', async () => {
    const log = await logOf([{ value: 'a' }], [{ value: 'a' }])
    expect(log.endOffset).toBe(2n)
  })

  test('reads from the batch that holds the offset', async () => {
    const log = await logOf([{ value: 'a' }, { value: 'b' }], [{ value: 'c' }], [{ value: 'd' }])
    expect(baseOffsets(log.read(0n, 10_000, true))).toEqual([0n, 2n, 3n])
    expect(baseOffsets(log.read(1n, 10_000, true))).toEqual([0n, 2n, 3n])
    expect(baseOffsets(log.read(3n, 10_000, true))).toEqual([3n])
    expect(log.read(4n, 10_000, true)).toEqual([])
  })

  test('reads whole batches up to the limit, and one that is larger only when asked to', async () => {
    const log = await logOf([{ value: 'a' }], [{ value: 'b' }], [{ value: 'c' }])
    const size = log.read(0n, 1, true)[0]!.length
    expect(log.read(0n, 2 * size, false)).toHaveLength(2)
    expect(log.read(0n, 2 * size - 1, false)).toHaveLength(1)
    expect(log.read(0n, size - 1, false)).toHaveLength(0)
    expect(log.read(0n, size - 1, true)).toHaveLength(1)
  })

  test('decodes its records with their offsets', async () => {
    const log = await logOf(
      [{ key: 'k', value: 'a', headers: [['h', null]] }],
      [{ value: null, timestamp: 1_700_000_000_005 }],
    )
    expect([...log.records()]).toMatchObject([
      { offset: 0n, key: Buffer.from('k'), value: Buffer.from('a'), headers: [['h', null]] },
      { offset: 1n, key: null, value: null, timestamp: 1_700_000_000_005, headers: [] },
    ])
  })

  test('finds the first record at or after a time, and the latest one', async () => {
    const at = (timestamp: number) => ({ value: 'x', timestamp })
    const log = await logOf([at(100), at(300)], [at(200)], [at(300), at(400)], [at(50)])
    expect(log.firstRecordSince(0)?.offset).toBe(0n)
    expect(log.firstRecordSince(101)?.offset).toBe(1n)
    expect(log.firstRecordSince(301)?.offset).toBe(4n)
    expect(log.firstRecordSince(401)).toBeUndefined()
    expect(log.latestRecord()?.offset).toBe(4n)
    expect(emptyLog().latestRecord()).toBeUndefined()
  })

  test('tells listeners of appends until they stop', async () => {
    const log = emptyLog()
    const listener = vi.fn<() => void>()
    const stop = log.onAppend(listener)
    await append(log, await batchOf([{ value: 'a' }]))
    stop()
    await append(log, await batchOf([{ value: 'b' }]))
    expect(listener).toHaveBeenCalledTimes(1)
  })
})
