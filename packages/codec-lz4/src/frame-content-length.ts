import { blockContentLength } from './block-content-length.js'

const magic = 0x184d2204
const stored = 0x8000_0000

/** The flags of a frame. */
const blockChecksum = 0x10
const contentSize = 0x08
const contentChecksum = 0x04
const dictionaryId = 0x01

/**
 * How many bytes are in a frame, found without making them: from block to block and, in each, from copy to copy.
 *
 * @throws RangeError unless the bytes are one frame, whole
 */
export function frameContentLength(frame: Buffer): number {
  if (frame.readUInt32LE() !== magic) throw new RangeError('no LZ4 frame begins here')
  const flags = frame.readUInt8(4)
  let at = 7 + bytesFor(flags, contentSize, 8) + bytesFor(flags, dictionaryId, 4)
  let length = 0
  for (let size = frame.readUInt32LE(at); size !== 0; size = frame.readUInt32LE(at)) {
    const start = at + 4
    const end = start + (size % stored)
    if (end > frame.length) throw new RangeError('the end of a block is missing')
    length += size >= stored ? end - start : blockContentLength(frame, start, end)
    at = end + bytesFor(flags, blockChecksum, 4)
  }
  const end = at + 4 + bytesFor(flags, contentChecksum, 4)
  if (end === frame.length) return length
  throw new RangeError(`a frame of ${end} bytes was expected, not ${frame.length}`)
}

function bytesFor(flags: number, flag: number, bytes: number): number {
  return (flags & flag) === 0 ? 0 : bytes
}
