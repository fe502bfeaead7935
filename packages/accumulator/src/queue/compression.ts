import { type CompressionCodec, isBytes, KafkaError } from '@sluice/protocol'
import type { QueueBatch } from './queue-batch.js'

/** Called once the batch is as it will be sent, or with the codec's failure. */
type Compressed = (batch: QueueBatch, failure: KafkaError | null) => void

/** Compresses a batch; what would not be smaller is sent as it is. A codec may answer later. */
export function compress(batch: QueueBatch, codec: CompressionCodec, done: Compressed): void {
  batch.compressing = true
  const output = attempt(codec, batch.records)
  if (isBytes(output)) return finish(batch, codec, output, done)
  output.then(
    (bytes) => finish(batch, codec, bytes, done),
    (cause: unknown) => fail(batch, codec, cause, done),
  )
}

/** A failure always comes later, as a rejection: now the front is in the middle of an append, no place to settle records. */
function attempt(codec: CompressionCodec, input: Uint8Array): Uint8Array | Promise<Uint8Array> {
  try {
    const output = codec.compress(input)
    return isBytes(output) ? output : output.then(checked)
  } catch (cause) {
    return Promise.reject(cause)
  }
}

/** A codec is a plugin. */
function checked(output: unknown): Uint8Array {
  if (isBytes(output)) return output
  throw new TypeError('a codec must give bytes')
}

function finish(
  batch: QueueBatch,
  codec: CompressionCodec,
  output: Uint8Array,
  done: Compressed,
): void {
  batch.compressing = false
  if (output.byteLength < batch.records.byteLength) {
    batch.payload = output
    batch.codecId = codec.id
  }
  done(batch, null)
}

function fail(batch: QueueBatch, codec: CompressionCodec, cause: unknown, done: Compressed): void {
  batch.compressing = false
  const { topic, partition } = batch
  const detail = `codec ${codec.name} failed on a batch of ${batch.count} records (${batch.records.byteLength} bytes)`
  done(batch, new KafkaError('CODEC_FAILED', detail, { cause, topic, partition, persisted: 'no' }))
}
