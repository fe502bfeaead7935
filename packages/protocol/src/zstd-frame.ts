import { Buffer } from 'node:buffer'

const magic = 0xfd2fb528
const dictionaryIdBytes = [0, 1, 2, 4]
const contentSizeBytes = [0, 2, 4, 8]

/**
 * Follows a frame from block to block (RFC 8878). Node alone would not notice: 22 takes a frame whose end is missing
 * for an empty one, and 22 and 24 drop what comes after the first frame.
 *
 * @throws RangeError unless the bytes are one frame, whole
 */
export function checkZstdFrame(input: Uint8Array): void {
  const bytes = Buffer.from(input.buffer, input.byteOffset, input.byteLength)
  if (bytes.readUInt32LE() !== magic) throw new RangeError('no zstd frame begins here')
  const descriptor = bytes.readUInt8(4)
  const checksumBytes = (descriptor & 4) === 0 ? 0 : 4
  const end = endOfBlocks(bytes, 5 + headerBytes(descriptor)) + checksumBytes
  if (end !== bytes.length) {
    throw new RangeError(`a frame of ${end} bytes was expected, not ${bytes.length}`)
  }
}

/** What follows the descriptor: window, dictionary id, content size. */
function headerBytes(descriptor: number): number {
  const dictionaryId = dictionaryIdBytes[descriptor & 3]!
  const contentSize = contentSizeBytes[descriptor >> 6]!
  const singleSegment = (descriptor & 0x20) !== 0
  return dictionaryId + (singleSegment ? Math.max(1, contentSize) : 1 + contentSize)
}

function endOfBlocks(bytes: Buffer, start: number): number {
  let at = start
  for (let last = false; !last;) {
    const header = bytes.readUIntLE(at, 3)
    last = (header & 1) === 1
    // A block of one repeated byte holds that byte alone.
    const repeats = ((header >> 1) & 3) === 1
    at += 3 + (repeats ? 1 : header >> 3)
  }
  return at
}
