import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FrameSplitter } from '../../src/connection/frame-splitter.js'

function frameOf(body: Uint8Array): Uint8Array {
  const frame = Buffer.alloc(4 + body.length)
  frame.writeInt32BE(body.length)
  frame.set(body, 4)
  return frame
}

function collect(limit = 1 << 20) {
  const frames: Uint8Array[] = []
  const bad: number[] = []
  const splitter = new FrameSplitter(
    limit,
    (frame) => frames.push(frame),
    (length) => bad.push(length),
  )
  return { frames, bad, splitter }
}

const bodies = fc.array(fc.uint8Array({ minLength: 4, maxLength: 300 }), { maxLength: 8 })

test('however the bytes are cut, the same frames come out', () => {
  fc.assert(
    fc.property(bodies, fc.array(fc.nat(40), { minLength: 1 }), (expected, cuts) => {
      const bytes = Buffer.concat(expected.map(frameOf))
      const { frames, bad, splitter } = collect()
      for (let offset = 0, turn = 0; offset < bytes.length; turn++) {
        const size = (cuts[turn % cuts.length] as number) + 1
        splitter.push(Uint8Array.from(bytes.subarray(offset, offset + size)))
        offset += size
      }
      expect(frames.map((frame) => [...frame])).toEqual(expected.map((body) => [...body]))
      expect(bad).toEqual([])
    }),
  )
})

test('a frame that arrives one byte at a time is copied a constant number of times', () => {
  const { frames, splitter } = collect(1 << 23)
  const body = Buffer.alloc(300_000, 7)
  const bytes = frameOf(body)
  const before = process.cpuUsage()
  for (let offset = 0; offset < bytes.length; offset++) {
    splitter.push(bytes.subarray(offset, offset + 1))
  }
  // Copying all that is there for each byte would move 45 GB.
  expect(process.cpuUsage(before).user / 1_000).toBeLessThan(2_000)
  expect(Buffer.compare(frames[0] as Uint8Array, body)).toBe(0)
})

test.each([-1, -2147483648, 0, 3, 101, 2147483647])(
  'a length of %i is refused by its prefix alone',
  (length) => {
    const { frames, bad, splitter } = collect(100)
    const prefix = Buffer.alloc(4)
    prefix.writeInt32BE(length)
    splitter.push(prefix)
    expect(bad).toEqual([length])
    splitter.push(Buffer.alloc(1_000))
    expect(frames).toEqual([])
    expect(bad).toEqual([length])
  },
)

test('memory grows with what has arrived, not with what was announced', () => {
  const { splitter } = collect(1 << 30)
  const prefix = Buffer.alloc(5)
  prefix.writeInt32BE(1 << 30)
  const before = process.memoryUsage().arrayBuffers
  splitter.push(prefix)
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 20)
})

test('the limit may change between two frames of one chunk', () => {
  const frames: number[] = []
  const splitter = new FrameSplitter(
    8,
    (frame) => {
      frames.push(frame.length)
      splitter.limit = 100
    },
    () => {},
  )
  splitter.push(Buffer.concat([frameOf(Buffer.alloc(8)), frameOf(Buffer.alloc(90))]))
  expect(frames).toEqual([8, 90])
})

test('after a stop not even the rest of the chunk is read', () => {
  let count = 0
  const splitter = new FrameSplitter(
    100,
    () => {
      count++
      splitter.stop()
    },
    () => {},
  )
  splitter.push(Buffer.concat([frameOf(Buffer.alloc(8)), frameOf(Buffer.alloc(8))]))
  expect(count).toBe(1)
})
