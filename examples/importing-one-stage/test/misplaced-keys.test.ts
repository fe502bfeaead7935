import { readFileSync } from 'node:fs'
import { murmur2Partitioner, partitionForKey } from '@sluice/partitioner'
import { type CompressionCodec, encodeBatchHeader, RecordBatchBuilder } from '@sluice/protocol'
import { gzip } from '@sluice/protocol/gzip'
import { expect, test } from 'vitest'
import { misplacedKeys, type MisplacedKey } from '../src/misplaced-keys.js'

const keys = Array.from({ length: 200 }, (_, index) => `o-${index}`)
const partitionOf = (key: string, count: number): number => partitionForKey(Buffer.from(key), count)
const ofPartition = (count: number): string[] => keys.filter((key) => partitionOf(key, count) === 1)

/** A batch as a broker writes it: with its offset, which the CRC does not cover. */
async function batch(
  baseOffset: bigint,
  all: readonly (string | null)[],
  codec?: CompressionCodec,
): Promise<Uint8Array> {
  const builder = new RecordBatchBuilder(new ArrayBuffer(65_536))
  for (const key of all) builder.append(0, key, 'paid', null)
  const payload = codec ? await codec.compress(builder.payload()) : builder.payload()
  const { count, baseTimestamp, maxTimestamp } = builder
  const times = { count, baseTimestamp, maxTimestamp }
  const producer = { producerId: -1n, producerEpoch: -1, baseSequence: -1, transactional: false }
  const header = encodeBatchHeader({ ...times, ...producer, codecId: codec?.id ?? 0 }, payload)
  const bytes = Buffer.concat([header, payload])
  bytes.writeBigInt64BE(baseOffset)
  return bytes
}

async function misplacedIn(segment: Uint8Array, partitionCount: number): Promise<MisplacedKey[]> {
  const placement = { partition: 1, partitionCount, codecs: [gzip()] }
  const found: MisplacedKey[] = []
  for await (const key of misplacedKeys(segment, placement)) found.push(key)
  return found
}

test('a segment whose keys are where they belong has none', async () => {
  expect(await misplacedIn(await batch(0n, [...ofPartition(6), null]), 6)).toEqual([])
})

test('after partitions were added, the keys that have moved are told, of compressed batches, too', async () => {
  const [first, second] = [ofPartition(6).slice(0, 10), ofPartition(6).slice(10)]
  const segment = Buffer.concat([await batch(40n, first), await batch(50n, second, gzip())])
  const moved = ofPartition(6).flatMap((key, index) =>
    partitionOf(key, 12) === 1
      ? []
      : [{ offset: BigInt(40 + index), key, partition: partitionOf(key, 12) }],
  )
  expect(moved.length).toBeGreaterThan(5)
  expect(await misplacedIn(segment, 12)).toEqual(moved)
})

test('a producer with the partitioner of Java puts keys where the example looks for them', () => {
  const chooser = murmur2Partitioner().forTopic('orders')
  const view = { batchBytes: 16_384, queuedBatches: () => 0, delayedMs: () => 0 }
  for (const key of keys) {
    const input = { keyBytes: Buffer.from(key), record: { topic: 'orders', key, value: null } }
    const topic = { ...view, partitionCount: 12, available: [0] }
    expect(chooser.partition(input, topic)).toBe(partitionOf(key, 12))
  }
})

test('a damaged segment is an error, not a wrong answer', async () => {
  const segment = await batch(0n, ofPartition(6))
  segment[segment.length - 1]! ^= 1
  await expect(misplacedIn(segment, 6)).rejects.toMatchObject({ code: 'CORRUPT_MESSAGE' })
})

test('it depends on two stages alone', () => {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  const { dependencies } = JSON.parse(manifest) as { dependencies: Record<string, string> }
  expect(Object.keys(dependencies)).toEqual(['@sluice/partitioner', '@sluice/protocol'])
})
