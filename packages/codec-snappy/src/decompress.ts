import { Buffer } from 'node:buffer'
import { KafkaError } from '@sluice/protocol'
import { uncompressSync } from 'snappy'
import { blocksOf } from './blocks.js'
import { uncompressedLength } from './uncompressed-length.js'

const options = { asBuffer: true, copyOutputData: true }

/** The lengths of all blocks are known, and allowed, before the first one is decompressed. */
export function decompress(input: Uint8Array, maxBytes: number): Uint8Array {
  try {
    const blocks = blocksOf(input)
    const length = blocks.reduce((sum, block) => sum + uncompressedLength(block), 0)
    if (length > maxBytes) throw new RangeError(`${length} bytes, more than ${maxBytes}`)
    const parts = blocks.map((block) => uncompressSync(block, options) as Buffer)
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts, length)
  } catch (cause) {
    const detail = `snappy: ${input.length} bytes did not decompress`
    throw new KafkaError('CODEC_FAILED', detail, { cause })
  }
}
