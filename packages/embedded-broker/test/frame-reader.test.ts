import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FrameReader } from '../src/broker/frame-reader.js'

function framed(body: Uint8Array): Buffer {
  const frame = Buffer.alloc(4 + body.length)
  frame.writeInt32BE(body.length)
  frame.set(body, 4)
  return frame
}

function readAll(reader: FrameReader): Buffer[] {
  const frames: Buffer[] = []
  for (let frame = reader.next(); frame !== null; frame = reader.next()) frames.push(frame)
  return frames
}

describe('the frame reader', () => {
  test('gives the frames that were sent, however the stream is cut', () => {
    const bodies = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 10 })
    fc.assert(
      fc.property(bodies, fc.array(fc.integer({ min: 1, max: 30 })), (sent, cuts) => {
        const reader = new FrameReader()
        let rest = Buffer.concat(sent.map(framed))
        const received: Buffer[] = []
        for (const cut of [...cuts, rest.length]) {
          reader.push(rest.subarray(0, cut))
          rest = rest.subarray(cut)
          received.push(...readAll(reader))
        }
        expect(received.map((frame) => frame.toString('hex'))).toEqual(
          sent.map((body) => Buffer.from(body).toString('hex')),
        )
        expect(reader.buffered).toBe(0)
      }),
    )
  })

  test.each(['ffffffff', '06400001', '7fffffff', '47455420'])(
    'refuses the length %s, below 0 or over 100 MiB, before the bytes are there',
    (hex) => {
      const reader = new FrameReader()
      reader.push(Buffer.from(hex, 'hex'))
      expect(() => reader.next()).toThrow(RangeError)
    },
  )

  test('waits for a frame of 100 MiB', () => {
    const reader = new FrameReader()
    reader.push(Buffer.from('06400000', 'hex'))
    expect(reader.next()).toBeNull()
  })
})
