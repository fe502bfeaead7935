import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { murmur2, partitionForKey } from '../src/index.js'
import { javaKeys } from './java-vectors.js'

describe('murmur2', () => {
  // Kafka's own UtilsTest.testMurmur2.
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('hashes %s to the value in Kafka’s own test', (key, hash) => {
    expect(murmur2(Buffer.from(key))).toBe(hash)
  })

  it('equals Java for random keys of 0 to 64 bytes', () => {
    expect(javaKeys).toHaveLength(260)
    expect(javaKeys.map(({ key }) => murmur2(key))).toEqual(javaKeys.map(({ hash }) => hash))
  })

  it('reads a view at its own offset, as Buffer or Uint8Array', () => {
    for (const { key, hash } of javaKeys) {
      const backing = new Uint8Array(key.length + 8).fill(0xaa)
      backing.set(key, 3)
      expect(murmur2(backing.subarray(3, 3 + key.length))).toBe(hash)
    }
  })

  it('is a signed 32-bit integer and leaves the bytes as they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const before = bytes.slice()
        const hash = murmur2(bytes)
        expect(hash).toBe(hash | 0)
        expect(bytes).toEqual(before)
      }),
    )
  })
})

describe('partitionForKey', () => {
  it('equals Java for random keys over 12 partitions', () => {
    expect(javaKeys.map(({ key }) => partitionForKey(key, 12))).toEqual(
      javaKeys.map(({ partitionOf12 }) => partitionOf12),
    )
  })

  it('is a partition of the topic for any key and count', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.integer({ min: 1, max: 2 ** 31 - 1 }), (key, count) => {
        const partition = partitionForKey(key, count)
        expect(Number.isInteger(partition) && partition >= 0 && partition < count).toBe(true)
      }),
    )
  })
})
