import type { CompressionCodec } from '../codec.js'
import { KafkaError } from '../errors.js'
import { isBytes } from '../primitives/bytes.js'
import type { RecordBatch } from './batch-reader.js'

/**
 * The records of a batch without their compression: at once, or as a promise where the codec gives one.
 *
 * @param codecs - those there are; the one with the batch's id is used
 * @param maxBytes - of the result; more is refused
 * @throws KafkaError CODEC_UNAVAILABLE without such a codec, CODEC_FAILED where it fails or gives too much (also
 * what a promise rejects with)
 */
export function decompressPayload(
  batch: RecordBatch,
  codecs: readonly CompressionCodec[],
  maxBytes: number,
): Uint8Array | Promise<Uint8Array> {
  if (batch.codecId === 0) return batch.payload
  const codec = codecs.find(({ id }) => id === batch.codecId)
  if (!codec) throw new KafkaError('CODEC_UNAVAILABLE', `no codec with id ${batch.codecId}`)
  try {
    const output = codec.decompress(batch.payload, maxBytes)
    if (isBytes(output)) return bounded(codec, output, maxBytes)
    return output.then(
      (bytes) => bounded(codec, bytes, maxBytes),
      (cause: unknown) => {
        throw failureOf(codec, cause)
      },
    )
  } catch (cause) {
    throw failureOf(codec, cause)
  }
}

function bounded(codec: CompressionCodec, output: Uint8Array, maxBytes: number): Uint8Array {
  if (output.length <= maxBytes) return output
  throw new KafkaError(
    'CODEC_FAILED',
    `${codec.name} gave ${output.length} bytes, limit ${maxBytes}`,
  )
}

function failureOf(codec: CompressionCodec, cause: unknown): KafkaError {
  if (cause instanceof KafkaError) return cause
  return new KafkaError('CODEC_FAILED', `${codec.name} could not decompress`, { cause })
}
