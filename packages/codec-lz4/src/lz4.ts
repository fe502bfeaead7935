import { type CompressionCodec, withPortable } from '@sluice/protocol'
import { compress } from './compress.js'
import { decompress } from './decompress.js'

/**
 * LZ4, on the calling thread. It writes a frame of independent blocks of 64 KiB, as the Java client does, without
 * checksums (a batch has its own) and without a dictionary, and reads any one frame without a dictionary.
 *
 * `decompress` throws KafkaError CODEC_FAILED for other bytes, and where more than `maxBytes` would come out.
 */
export function lz4(): CompressionCodec {
  const codec: CompressionCodec = {
    id: 3,
    name: 'lz4',
    compress,
    decompress,
  }
  return withPortable(codec, ['compress', 'decompress'], {
    module: '@sluice/codec-lz4',
    export: 'lz4',
    options: undefined,
  })
}
