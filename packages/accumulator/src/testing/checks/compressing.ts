import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import type { CompressionCodec } from '@sluice/protocol'
import { reactions } from '../stand/promises.js'
import { recordsOf } from '../stand/read-batch.js'
import { type MakeAccumulator, single, type TestFunction } from '../stand/setting.js'
import { Stand } from '../stand/stand.js'

/** Batches are compressed, or fail with their codec. */
export function checkCompressing(test: TestFunction, make: MakeAccumulator): void {
  test('gives records, or what the codec made of them', () => compresses(make))
  test('fails a batch whose codec fails with CODEC_FAILED', () => failsWithCodec(make))
  test('writes into no bytes that a codec still reads', () => leavesCodecAlone(make))
}

/** Makes everything ten times smaller, and remembers the input under a number that stands in the output. */
function tenth(sources: Uint8Array[]): CompressionCodec {
  const sourceOf = (output: Uint8Array): Uint8Array => sources[Buffer.from(output).readUInt32BE()]!
  const compress = (input: Uint8Array): Uint8Array => {
    const output = Buffer.alloc(Math.max(4, Math.ceil(input.byteLength / 10)))
    output.writeUInt32BE(sources.push(input.slice()) - 1)
    return output
  }
  return { id: 4, name: 'zstd', compress, decompress: sourceOf }
}

function compresses(make: MakeAccumulator): void {
  const codec = tenth([])
  const stand = new Stand(make, { compression: codec, batchRecords: 20 })
  const topic = stand.topic()
  const sent = Array.from({ length: 50 }, (_, i) => `value ${i}`.repeat(10))
  for (const value of sent) stand.append(topic, { value })
  const read = stand.requests().flatMap((batch) => {
    assert.ok(batch.codecId === 0 || batch.codecId === 4)
    const { payload } = batch
    const records = batch.codecId === 0 ? payload : codec.decompress(payload, 100_000)
    return recordsOf(batch, records as Uint8Array)
  })
  assert.deepEqual(
    read.map(({ value }) => value),
    sent,
  )
}

function rejects(): Promise<Uint8Array> {
  return Promise.reject(new Error('no memory'))
}

function throws(): never {
  throw new Error('no memory')
}

async function failsWithCodec(make: MakeAccumulator): Promise<void> {
  for (const compress of [rejects, throws]) {
    const compression: CompressionCodec = { id: 1, name: 'gzip', compress, decompress: compress }
    const stand = new Stand(make, { ...single, compression })
    stand.append(stand.topic(), { value: 'a' })
    for (const batch of stand.request()) assert.fail(`a batch of ${batch.count} records goes out`)
    await reactions()
    assert.deepEqual(
      stand.ends.map(({ error }) => [error?.code, error?.persisted]),
      [['CODEC_FAILED', 'no']],
    )
    assert.equal(stand.front.pending, false)
  }
}

async function leavesCodecAlone(make: MakeAccumulator): Promise<void> {
  const reads: { input: Uint8Array; end: () => void }[] = []
  const compress = (input: Uint8Array): Promise<Uint8Array> =>
    new Promise((resolve) => reads.push({ input, end: () => resolve(new Uint8Array(1)) }))
  const compression: CompressionCodec = { id: 4, name: 'zstd', compress, decompress: compress }
  const stand = new Stand(make, { ...single, compression })
  const topic = stand.topic()
  stand.append(topic, { value: 'first' })
  stand.clock.endTurns()
  stand.ready()
  if (reads.length === 0) return
  const { input, end } = reads[0]!
  const before = input.slice()
  for (const batch of stand.queue.take({ expiredAt: Infinity }))
    stand.fail(batch, 'DELIVERY_TIMEOUT')
  for (let i = 0; i < 10; i++) stand.append(topic, { value: 'other' })
  assert.deepEqual(input.slice(), before)
  end()
  await reactions()
  assert.equal(stand.ends.length, 1)
}
