import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createFront } from '@sluice/accumulator/front'
import { murmur2Partitioner } from '@sluice/partitioner'
import { composeProducer, nodeRuntime, type Producer } from '@sluice/producer/compose'
import { ByteReader, decompressPayload, readBatchHeader, readRecords } from '@sluice/protocol'
import { gzip } from '@sluice/protocol/gzip'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { segmentFiles } from '../src/segment-files.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-segments-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function producerOf(more: object = {}): Producer {
  const options = { maxRequestBytes: 1_048_576, runtime: nodeRuntime(), ...more }
  const sendingHalf = segmentFiles({ ...options, folder, partitions: 3 })
  const front = createFront({ ...options, toQueue: (message) => sendingHalf.receive(message) })
  return composeProducer({ partitioner: murmur2Partitioner(), front, sendingHalf }, options)
}

/** The values in the log of a partition, each at the place that is its offset. */
async function valuesOf(partition: number): Promise<string[]> {
  const reader = new ByteReader(readFileSync(join(folder, `orders-${partition}`, first)))
  const values: string[] = []
  while (reader.remaining > 0) {
    const batch = readBatchHeader(reader)
    const payload = await decompressPayload(batch, [gzip()], 1_000_000)
    for (const { offset, value } of readRecords(batch, payload))
      values[Number(offset)] = String(value)
  }
  return values
}

const first = `${'0'.repeat(20)}.log`

test.each([
  ['as they are', {}],
  ['with gzip', { compression: gzip() }],
])(
  'each record is in the log of its partition, at the offset that its send returned, %s',
  async (_, options) => {
    const producer = producerOf({ batchBytes: 1_024, ...options })
    const values = Array.from({ length: 1_000 }, (_unused, i) => `order ${i}`)
    const records = values.map((value, i) => ({ topic: 'orders', key: `${i % 7}`, value }))
    const places = await producer.sendMany(records)
    await producer.close()
    const logs = await Promise.all([0, 1, 2].map(valuesOf))
    expect(places.map(({ partition, offset }) => logs[partition]![Number(offset)])).toEqual(values)
    expect(logs.flat()).toHaveLength(1_000)
  },
)

test('a log that is there already is left as it is, and its records fail', async () => {
  mkdirSync(join(folder, 'orders-0'))
  writeFileSync(join(folder, 'orders-0', first), 'of yesterday')
  await using producer = producerOf()
  const sent = [0, 1].map((partition) => producer.send({ topic: 'orders', partition, value: 'v' }))
  const [refused, written] = await Promise.allSettled(sent)
  expect(refused).toMatchObject({ reason: { code: 'KAFKA_STORAGE_ERROR', persisted: 'no' } })
  expect(written).toMatchObject({ value: { partition: 1, offset: 0n } })
  expect(readFileSync(join(folder, 'orders-0', first), 'utf8')).toBe('of yesterday')
})

test('what a codec still holds when the producer is closed without time fails, and is not written', async () => {
  const compression = { ...gzip(), compress: () => new Promise<never>(() => {}) }
  const producer = producerOf({ compression })
  const sent = producer.send({ topic: 'orders', partition: 0, value: 'v' })
  const [end] = await Promise.allSettled([sent, producer.close({ timeoutMs: 0 })])
  expect(end).toMatchObject({ reason: { code: 'PRODUCER_CLOSED', persisted: 'no' } })
  expect(existsSync(join(folder, 'orders-0'))).toBe(false)
})
