import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { snappy } from '../src/index.js'

const codec = snappy()
const text = 'hello hello hello hello\n'
const raw = '181468656c6c6f20420600000a'
/** SnappyOutputStream, as `Compression.snappy()` of kafka-clients 4.3.1 uses it, wrote it. */
const java = `82534e415050590000000001000000010000000d${raw}`

const failed = expect.objectContaining({ code: 'CODEC_FAILED', cause: expect.any(Error) })
const decompress = (hex: string, maxBytes = 1_000): string =>
  Buffer.from(codec.decompress(Buffer.from(hex, 'hex'), maxBytes) as Uint8Array).toString()

test('it has the id and the name of Kafka', () => {
  expect(codec).toMatchObject({ id: 2, name: 'snappy' })
})

test('it writes the raw format', () => {
  expect(Buffer.from(codec.compress(Buffer.from(text)) as Uint8Array).toString('hex')).toBe(raw)
})

describe('what Java writes', () => {
  test('is read, however many blocks it has', () => {
    expect(decompress(java)).toBe(text)
    expect(decompress(`${java}0000000d${raw}`)).toBe(text + text)
    expect(decompress(java.slice(0, 32))).toBe('')
  })

  test('is refused where all blocks together are over the limit', () => {
    expect(decompress(`${java}0000000d${raw}`, 48)).toHaveLength(48)
    expect(() => decompress(`${java}0000000d${raw}`, 47)).toThrow(failed)
  })

  test.each([
    ['within the header', java.slice(0, 30)],
    ['within a length', java.slice(0, 36)],
    ['within a block', java.slice(0, -2)],
    ['before a block', `${java}0000000d`],
    ['with an empty block', `${java}00000000`],
    ['with a block that is none', `${java}00000003ffffff`],
  ])('is refused where it ends %s', (_, hex) => {
    expect(() => decompress(hex)).toThrow(failed)
  })
})

test.each([
  ['no length', ''],
  ['a length without an end', 'ffffffffff01'],
  ['a length of 4 GiB', `ffffffff0f${'00'.repeat(20)}`],
  ['a length that its block cannot hold', `ff7f${'fe0100'.repeat(20)}`],
  ['a longer length than there is', `19${raw.slice(2)}`],
  ['a shorter length than there is', `17${raw.slice(2)}`],
])('a raw block with %s is refused', (_, hex) => {
  expect(() => decompress(hex, 2 ** 33)).toThrow(failed)
})

test('whatever the bytes, there is output within the limit or CODEC_FAILED', () => {
  const [rawBytes, javaBytes] = [Buffer.from(raw, 'hex'), Buffer.from(java, 'hex')]
  const mutated = fc
    .tuple(fc.constantFrom(rawBytes, javaBytes), fc.array(fc.tuple(fc.nat(60), fc.nat(255))))
    .map(([bytes, changes]) => {
      const copy = Buffer.from(bytes)
      for (const [at, byte] of changes) copy[at % copy.length] = byte
      return copy
    })
  fc.assert(
    fc.property(fc.oneof(mutated, fc.uint8Array()), (input) => {
      try {
        expect((codec.decompress(input, 30) as Uint8Array).length).toBeLessThanOrEqual(30)
      } catch (error) {
        expect(error).toEqual(failed)
      }
    }),
    { numRuns: 2_000 },
  )
})
