import { Buffer } from 'node:buffer'
import { compressSync } from 'lz4-napi'

/** Magic; version 1, independent blocks, no checksums, no size; 64 KiB a block; the checksum of these two bytes. */
const header = Buffer.from('04224d18604082', 'hex')
const endMark = Buffer.alloc(4)
const blockBytes = 65_536
const stored = 0x8000_0000

/**
 * One frame. The library's own would have blocks of up to 4 MiB, which readers must find the memory for, and takes
 * half as long again.
 */
export function compress(input: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [header]
  for (let at = 0; at < input.length; at += blockBytes) {
    const length = Math.min(blockBytes, input.length - at)
    parts.push(...block(Buffer.from(input.buffer, input.byteOffset + at, length)))
  }
  parts.push(endMark)
  return Buffer.concat(parts)
}

/** The library puts the length of the content in front; a frame has the length of the block there. */
function block(content: Buffer): Uint8Array[] {
  const packed = compressSync(content)
  const length = packed.length - 4
  if (length < content.length) {
    packed.writeUInt32LE(length)
    return [packed]
  }
  packed.writeUInt32LE(content.length + stored)
  return [packed.subarray(0, 4), content]
}
