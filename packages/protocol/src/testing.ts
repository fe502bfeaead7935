/**
 * The conformance kit of codecs, and what the tests of every stage share: a clock that a test moves by hand, and random
 * numbers that it can repeat.
 *
 * @packageDocumentation
 */

import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import type { CompressionCodec } from './codec.js'
import { refusesBombs } from './testing/bomb.js'
import { noise, orders, viewOf } from './testing/payloads.js'

export type { LoggedLine, ManualClock, ManualClockOptions } from './testing/manual-clock.js'
export { manualClock } from './testing/manual-clock.js'
export { seededRandom } from './testing/seeded-random.js'

/** The `test` function of vitest, node:test or jest. */
export type TestFunction = (name: string, run: () => void | Promise<void>) => unknown

const names = { 1: 'gzip', 2: 'snappy', 3: 'lz4', 4: 'zstd' } as const

/**
 * Checks everything that the producer and the readers of its batches rely on in a codec, whether the codec is synchronous
 * or returns promises. It needs 200 MB of memory and about a second.
 *
 * It cannot check that other clients read the bytes, so compare your bytes with theirs. gzip is one member (RFC 1952).
 * snappy is the raw format; reading must also accept the blocks in which Java wraps it. lz4 is one frame of independent
 * blocks, without a dictionary. zstd is one frame.
 *
 * @param test Your test runner's `test`.
 * @param make Makes a new codec for each test.
 */
export function codecConformance(test: TestFunction, make: () => CompressionCodec): void {
  test('has an id of Kafka and a name that tells which', () => namesItself(make()))
  test('gives back what it compressed, from nothing to 8 MiB', () => roundTrips(make(), orders))
  test('gives back what cannot be made smaller', () => roundTrips(make(), noise))
  test('makes smaller what repeats', () => shrinks(make()))
  test('reads and leaves views into larger buffers as they are', () => leavesInput(make()))
  test('keeps no input once it has answered', () => keepsNoInput(make()))
  test('keeps calls apart that overlap', () => keepsCallsApart(make()))
  test('gives maxBytes at most', () => respectsLimit(make()))
  test('refuses a bomb before it has been allocated', () => refusesBombs(make()))
  test('refuses bytes that it cannot have written', () => refusesGarbage(make()))
  test('refuses bytes whose end is missing', () => refusesCutEnds(make()))
}

function namesItself({ id, name }: CompressionCodec): void {
  assert.ok(id in names, `${id} is no id of a codec of Kafka`)
  assert.ok(name.includes(names[id]), `codec ${id} is ${names[id]}, which "${name}" does not say`)
}

const sizes = [0, 1, 2, 15, 100, 4_097, 65_535, 65_536, 65_537, 1_000_003, 8_388_608]

async function roundTrips(
  codec: CompressionCodec,
  payload: (length: number) => Uint8Array,
): Promise<void> {
  for (const size of sizes) {
    const input = payload(size)
    assertSame(await codec.decompress(await codec.compress(input), size), input)
  }
}

async function shrinks(codec: CompressionCodec): Promise<void> {
  const { length } = await codec.compress(orders(65_536))
  assert.ok(length < 32_768, `65536 bytes of JSON became ${length}`)
}

async function leavesInput(codec: CompressionCodec): Promise<void> {
  for (const payload of [orders(5_000), noise(5_000)]) {
    const { view, whole } = viewOf(payload)
    const before = whole.slice()
    const packed = viewOf(await codec.compress(view))
    assertSame(whole, before, 'compress wrote to its input')
    const packedBefore = packed.whole.slice()
    assertSame(await codec.decompress(packed.view, 5_000), payload)
    assertSame(packed.whole, packedBefore, 'decompress wrote to its input')
  }
}

/** A codec must keep no input, for the producer writes the next batch into the same buffer. */
async function keepsNoInput(codec: CompressionCodec): Promise<void> {
  for (const payload of [orders(5_000), noise(5_000)]) {
    const input = payload.slice()
    const packed = Uint8Array.from(await codec.compress(input))
    const again = await codec.compress(input)
    input.fill(0)
    assertSame(again, packed, 'compressed bytes changed with the input')
    const output = await codec.decompress(again, 5_000)
    again.fill(0)
    assertSame(output, payload, 'decompressed bytes changed with the input')
  }
}

async function keepsCallsApart(codec: CompressionCodec): Promise<void> {
  const inputs = Array.from({ length: 20 }, (_, i) => noise(1_000 + i * 3_000, i + 1))
  const both = async (input: Uint8Array): Promise<Uint8Array> =>
    codec.decompress(await codec.compress(input), input.length)
  const outputs = await Promise.all(inputs.map(both))
  for (const [i, output] of outputs.entries()) assertSame(output, inputs[i]!)
}

async function respectsLimit(codec: CompressionCodec): Promise<void> {
  for (const size of [1, 1_000, 70_000]) {
    const packed = await codec.compress(orders(size))
    assert.equal((await codec.decompress(packed, size)).length, size)
    await refuses(codec, packed, size - 1)
  }
}

async function refusesGarbage(codec: CompressionCodec): Promise<void> {
  const texts = ['', 'g', 'not compressed at all, and much too long to be so by chance']
  for (const text of texts) await refuses(codec, new TextEncoder().encode(text))
  for (const byte of [0, 0x7f, 0xff]) await refuses(codec, new Uint8Array(100).fill(byte))
  for (let seed = 1; seed <= 20; seed++) await refuses(codec, noise(seed * 10, seed))
}

async function refusesCutEnds(codec: CompressionCodec): Promise<void> {
  for (const payload of [new Uint8Array(), orders(300), noise(300)]) {
    const packed = await codec.compress(payload)
    for (let end = 0; end < packed.length; end++) await refuses(codec, packed.slice(0, end))
  }
  const large = await codec.compress(orders(200_000))
  for (const part of [0.1, 0.5, 0.9, 0.999])
    await refuses(codec, large.slice(0, large.length * part))
}

/** A codec refuses by a throw or by a rejection. */
async function refuses(
  codec: CompressionCodec,
  input: Uint8Array,
  maxBytes = 1_000_000,
): Promise<void> {
  const title = `${input.length} bytes, maxBytes ${maxBytes}`
  await assert.rejects(async () => codec.decompress(input, maxBytes), title)
}

function assertSame(actual: Uint8Array, expected: Uint8Array, message = 'bytes differ'): void {
  assert.ok(actual instanceof Uint8Array, 'a codec must give bytes')
  assert.equal(actual.length, expected.length, message)
  assert.ok(Buffer.compare(actual, expected) === 0, message)
}
