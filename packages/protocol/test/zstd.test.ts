import * as zlib from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { codecConformance } from '../src/testing.js'
import { orders } from '../src/testing/payloads.js'
import { zstd } from '../src/zstd.js'

const hasZstd = 'zstdCompressSync' in zlib
const failed = expect.objectContaining({ code: 'CODEC_FAILED' })

test.each([23, -131_073, 1.5, Number.NaN, '3' as unknown as number])(
  'level %s is refused',
  (level) => {
    expect(() => zstd({ level })).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }))
  },
)

test.skipIf(hasZstd)('a Node without zstd says which has it', () => {
  expect(() => zstd()).toThrow(expect.objectContaining({ code: 'CODEC_UNAVAILABLE' }))
  expect(() => zstd()).toThrow(/Node 22\.15.* this is v2/)
})

describe.skipIf(!hasZstd)('zstd', () => {
  codecConformance(test, () => zstd())

  test('has the id and the name of Kafka', () => {
    expect(zstd()).toMatchObject({ id: 4, name: 'zstd' })
  })

  test('uses the level', () => {
    const size = (level?: number): number =>
      (zstd(level === undefined ? {} : { level }).compress(orders(65_536)) as Uint8Array).length
    expect(size(19)).toBeLessThan(size(1))
    expect(size(1)).toBeLessThan(size(-100))
    expect(size()).toBe(size(1))
  })

  test('refuses with its cause', () => {
    expect(() => zstd().decompress(Buffer.from('garbage'), 100)).toThrow(
      expect.objectContaining({ code: 'CODEC_FAILED', cause: expect.any(Error) }),
    )
  })

  test('refuses a second frame, which Node would drop', () => {
    const [one, two] = ['one', 'two'].map((text) => zstd().compress(Buffer.from(text)))
    const frames = Buffer.concat([one as Uint8Array, two as Uint8Array])
    expect(() => zstd().decompress(frames, 100)).toThrow(failed)
  })

  test('reads what others write: of a file with a checksum, of a stream, by Java', () => {
    // `zstd -c --check`, `zstd -c --no-check -19` of a pipe, both 1.5.4; `Compression.zstd()` of kafka-clients 4.3.1.
    const file = Buffer.from('28b52ffd24186d00003868656c6c6f200a0100994b11a87c2ea8', 'hex')
    const stream = Buffer.from('28b52ffd00686d00003868656c6c6f200a0100994b11', 'hex')
    const java = Buffer.from('28b52ffd00586c00003868656c6c6f200a0100994b11010000', 'hex')
    for (const frame of [file, stream, java])
      expect(Buffer.from(zstd().decompress(frame, 24) as Uint8Array).toString()).toBe(
        'hello hello hello hello\n',
      )
    file.writeUInt8(0, file.length - 1)
    expect(() => zstd().decompress(file, 24)).toThrow(failed)
  })
})
