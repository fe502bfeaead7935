import { ByteReader, crc32c, readBatchHeader, readRecords } from '@sluice/protocol'
import { describe, expect, test } from 'vitest'
import { controlBatch, isCommit } from '../src/partition/control-batch.js'
import { TransactionIndex } from '../src/partition/transaction-index.js'
import { Verifications } from '../src/partition/verifications.js'

describe('a control batch', () => {
  const marker = { producerId: 7n, producerEpoch: 3, committed: true }

  test('has one record that says version 0 and the type in its key', () => {
    const { bytes, batch, payload } = controlBatch(marker, 1000)
    const read = readBatchHeader(new ByteReader(bytes))
    expect(read).toMatchObject({
      producerId: 7n,
      producerEpoch: 3,
      baseSequence: -1,
      transactional: true,
      control: true,
      count: 1,
    })
    expect(Buffer.from(bytes).readUInt32BE(17)).toBe(crc32c(bytes.subarray(21)))
    const [record] = [...readRecords(batch, payload)]
    expect(record).toMatchObject({ timestamp: 1000, headers: [] })
    expect(Buffer.from(record!.key!).toString('hex')).toBe('00000001')
    expect(Buffer.from(record!.value!).toString('hex')).toBe('000000000000')
  })

  test('tells a commit from an abort', () => {
    expect(isCommit(controlBatch(marker, 1000).payload)).toBe(true)
    expect(isCommit(controlBatch({ ...marker, committed: false }, 1000).payload)).toBe(false)
  })
})

describe('the transaction index', () => {
  test('is stable up to the first record of the oldest open transaction', () => {
    const index = new TransactionIndex()
    index.note(1n, 5n)
    index.note(2n, 3n)
    index.note(2n, 9n)
    expect(index.lastStableOffset(20n)).toBe(3n)
    index.end(2n, 12n, true)
    expect(index.lastStableOffset(20n)).toBe(5n)
    index.end(1n, 13n, false)
    expect(index.lastStableOffset(20n)).toBe(20n)
  })

  test('is not stable behind the first record while its marker is not replicated', () => {
    const index = new TransactionIndex()
    index.note(1n, 5n)
    index.end(1n, 12n, true)
    expect(index.lastStableOffset(12n)).toBe(5n)
    expect(index.lastStableOffset(13n)).toBe(13n)
    expect(index.lastStableOffset(2n)).toBe(2n)
  })

  test('lists the aborted transactions that end at an offset or behind it', () => {
    const index = new TransactionIndex()
    index.note(1n, 0n)
    index.end(1n, 4n, false)
    index.note(1n, 5n)
    index.end(1n, 6n, true)
    index.note(2n, 7n)
    index.end(2n, 9n, false)
    const firsts = (offset: bigint) =>
      index.abortedFrom(offset).map(({ firstOffset }) => firstOffset)
    expect([firsts(0n), firsts(4n), firsts(5n), firsts(10n)]).toEqual([
      [0n, 7n],
      [0n, 7n],
      [7n],
      [],
    ])
  })

  test('takes a marker for a producer without a transaction for nothing', () => {
    const index = new TransactionIndex()
    index.end(1n, 4n, false)
    expect(index.abortedFrom(0n)).toEqual([])
  })
})

describe('a verification', () => {
  const identity = { producerId: 7n, producerEpoch: 0, baseSequence: 3 }

  test('keeps the lowest sequence of its epoch', () => {
    const verifications = new Verifications()
    const begun = verifications.begin(identity, false)
    verifications.begin({ ...identity, baseSequence: 5 }, false)
    expect(begun.lowestSequence).toBe(3)
    verifications.begin({ ...identity, baseSequence: 1 }, false)
    expect(begun.lowestSequence).toBe(1)
    verifications.begin({ ...identity, producerEpoch: 1, baseSequence: 4 }, false)
    expect(begun).toMatchObject({ producerEpoch: 1, lowestSequence: 4 })
  })

  test('holds until the marker of its producer', () => {
    const verifications = new Verifications()
    const begun = verifications.begin(identity, false)
    expect(verifications.of(7n)).toBe(begun)
    verifications.end(7n)
    expect(verifications.of(7n)).toBeUndefined()
    expect(verifications.begin(identity, false)).not.toBe(begun)
  })
})
