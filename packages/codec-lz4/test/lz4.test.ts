import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { compressFrameSync } from 'lz4-napi'
import { describe, expect, test } from 'vitest'
import { frameContentLength } from '../src/frame-content-length.js'
import { lz4 } from '../src/index.js'

const codec = lz4()
const text = 'hello hello hello hello\n'
const block = '0f0000006968656c6c6f20060050656c6c6f0a'
/** Lz4BlockOutputStream wrote it, which `Compression.lz4()` of kafka-clients 4.3.1 uses. */
const java = `04224d18604082${block}00000000`
/** `lz4 -c --content-size -BX` of lz4 1.9.4 wrote it. */
const checked = `04224d187c4018000000000000000c${block}b179796d00000000e2ff0342`

const failed = expect.objectContaining({ code: 'CODEC_FAILED', cause: expect.any(Error) })
const decompress = (hex: string, maxBytes = 1_000): string =>
  Buffer.from(codec.decompress(Buffer.from(hex, 'hex'), maxBytes) as Uint8Array).toString()
const compress = (input: Uint8Array): Buffer => Buffer.from(codec.compress(input) as Uint8Array)

test('it has the id and the name of Kafka', () => {
  expect(codec).toMatchObject({ id: 3, name: 'lz4' })
})

describe('a frame', () => {
  test('is like the one that Java writes, which is read', () => {
    const frame = compress(Buffer.from(text)).toString('hex')
    expect([frame.slice(0, 14), frame.slice(-8)]).toEqual([java.slice(0, 14), java.slice(-8)])
    expect([decompress(frame), decompress(java)]).toEqual([text, text])
  })

  test('has blocks of 64 KiB, those that cannot be made smaller as they are', () => {
    const noise = randomBytes(65_536)
    const frame = compress(Buffer.concat([Buffer.alloc(65_536), noise, Buffer.from('end')]))
    expect(frame.subarray(0, 7).toString('hex')).toBe('04224d18604082')
    const second = 11 + frame.readUInt32LE(7)
    expect(frame.readUInt32LE(second)).toBe(65_536 + 0x8000_0000)
    expect(frame.subarray(second + 4, second + 4 + 65_536).equals(noise)).toBe(true)
    expect(frame.readUInt32LE(second + 4 + 65_536)).toBe(3 + 0x8000_0000)
  })

  test('with sizes and checksums is read', () => {
    expect(decompress(checked)).toBe(text)
  })

  test.each([
    ['no magic', `05${java.slice(2)}`],
    ['a wrong checksum in its header', java.replace('604082', '604083')],
    ['a dictionary', `04224d1861400100000082${block}00000000`],
    ['another version', java.replace('604082', 'a04082')],
    ['no end', java.slice(0, -8)],
    ['a second frame behind it', java + java],
    ['a block longer than it is', java.replace('0f000000', 'ffffff7f')],
    ['a block that ends within a sequence', java.replace('50656c6c6f0a', 'f0656c6c6f0a')],
    ['a copy from before its start', java.replace('0600', '0700')],
    ['a wrong checksum of a block', checked.replace('b179', 'b178')],
    ['a wrong checksum of the content', checked.replace('0342', '0343')],
  ])('with %s is refused', (_, hex) => {
    expect(() => decompress(hex)).toThrow(failed)
  })

  test('with a block of more than its 64 KiB is refused', () => {
    // A copy of 70 000 zeros: 15 + 4 + 274 · 255 + 111.
    const long = Buffer.from(`1f000100${'ff'.repeat(274)}6f500000000000`, 'hex')
    const size = Buffer.alloc(4)
    size.writeUInt32LE(long.length)
    const frame = `04224d18604082${size.toString('hex')}${long.toString('hex')}00000000`
    expect(frameContentLength(Buffer.from(frame, 'hex'))).toBeGreaterThan(65_536)
    expect(() => decompress(frame, 1_000_000)).toThrow(failed)
  })
})

test('the length of the content is known before it is made, whoever wrote the frame', () => {
  const pieces = fc.array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(3_000)), {
    maxLength: 30,
  })
  fc.assert(
    fc.property(pieces, fc.boolean(), (runs, blockChecksums) => {
      const input = Buffer.concat(runs.map(([bytes, length]) => Buffer.alloc(length, bytes)))
      expect(frameContentLength(compress(input))).toBe(input.length)
      const theirs = compressFrameSync(input, { blockChecksums, contentChecksum: !blockChecksums })
      expect(frameContentLength(theirs)).toBe(input.length)
      expect(input.equals(codec.decompress(theirs, input.length) as Uint8Array)).toBe(true)
    }),
    { numRuns: 200 },
  )
})

test('whatever the bytes, there is output within the limit or CODEC_FAILED', () => {
  const changes = fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 4 })
  fc.assert(
    fc.property(changes, (list) => {
      const input = Buffer.from(java, 'hex')
      for (const [at, byte] of list) input[at % input.length] = byte
      try {
        expect((codec.decompress(input, 30) as Uint8Array).length).toBeLessThanOrEqual(30)
      } catch (error) {
        expect(error).toEqual(failed)
      }
    }),
    { numRuns: 2_000 },
  )
})
