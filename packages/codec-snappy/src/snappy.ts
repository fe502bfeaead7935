import { type CompressionCodec, withPortable } from '@sluice/protocol'
import { compressSync } from 'snappy'
import { decompress } from './decompress.js'

/** A Buffer on the library's own memory takes longer to make than a copy: 64 KiB took 140 µs so, and 80 µs copied. */
const options = { copyOutputData: true }

/**
 * Snappy, on the calling thread. It writes the raw format, as librdkafka and franz-go do, and reads that and the
 * blocks in which Java wraps it. It has no levels.
 *
 * `decompress` throws KafkaError CODEC_FAILED for other bytes, and where more than `maxBytes` would come out.
 */
export function snappy(): CompressionCodec {
  const codec: CompressionCodec = {
    id: 2,
    name: 'snappy',
    compress: (input) => compressSync(input, options),
    decompress,
  }
  return withPortable(codec, ['compress', 'decompress'], {
    module: '@sluice/codec-snappy',
    export: 'snappy',
    options: undefined,
  })
}
