import { Buffer } from 'node:buffer'
import { KafkaError } from '@sluice/protocol'
import { decompressFrameSync } from 'lz4-napi'
import { frameContentLength } from './frame-content-length.js'

/** The library has no limit, so the length is found before; the checksums are left to the library. */
export function decompress(input: Uint8Array, maxBytes: number): Uint8Array {
  try {
    const frame = Buffer.from(input.buffer, input.byteOffset, input.byteLength)
    const length = frameContentLength(frame)
    if (length > maxBytes) throw new RangeError(`${length} bytes, more than ${maxBytes}`)
    const output = decompressFrameSync(frame)
    if (output.length !== length) throw new RangeError(`${output.length} bytes, not ${length}`)
    return output
  } catch (cause) {
    const detail = `lz4: ${input.length} bytes did not decompress`
    throw new KafkaError('CODEC_FAILED', detail, { cause })
  }
}
