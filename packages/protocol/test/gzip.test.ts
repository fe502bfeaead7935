import { gunzipSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { gzip } from '../src/gzip.js'

const failed = expect.objectContaining({ code: 'CODEC_FAILED' })

test('it has the id and the name of Kafka', () => {
  expect(gzip()).toMatchObject({ id: 1, name: 'gzip' })
})

test('what it compresses comes back, also by zlib itself', () => {
  const codec = gzip()
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), (input) => {
      const packed = codec.compress(input) as Uint8Array
      expect(Uint8Array.from(gunzipSync(packed))).toEqual(input)
      expect(Uint8Array.from(codec.decompress(packed, 2000) as Uint8Array)).toEqual(input)
    }),
  )
})

test('the level is used', () => {
  const input = Buffer.from(
    Array.from({ length: 5000 }, (_, index) => `order ${index * 7} `).join(''),
  )
  const size = (level: number) => (gzip({ level }).compress(input) as Uint8Array).length
  expect(size(0)).toBeGreaterThan(input.length)
  expect(size(9)).toBeLessThan(size(1))
  expect((gzip().compress(input) as Uint8Array).length).toBe(size(1))
})

test('output over the limit is refused', () => {
  const bomb = gzipSync(Buffer.alloc(1_000_000))
  expect(() => gzip().decompress(bomb, 999_999)).toThrow(failed)
  expect(gzip().decompress(bomb, 1_000_000)).toHaveLength(1_000_000)
})

test('garbage and a cut end are refused with their cause', () => {
  const packed = gzipSync(Buffer.from('hello'))
  expect(() => gzip().decompress(Buffer.from('garbage'), 100)).toThrow(failed)
  expect(() => gzip().decompress(packed.subarray(0, -1), 100)).toThrow(
    expect.objectContaining({ code: 'CODEC_FAILED', cause: expect.any(Error) }),
  )
})

test.each([10, -2, 1.5, Number.NaN, '6' as unknown as number])('level %s is refused', (level) => {
  expect(() => gzip({ level })).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }))
})
