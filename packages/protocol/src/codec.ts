import type { Portable } from './portable.js'

/**
 * Compresses the records of a batch. The ids are Kafka's: 1 gzip, 2 snappy, 3 lz4, 4 zstd.
 *
 * Both methods may answer at once or with a promise. They must not keep or change `input`, nor transfer its memory.
 */
export interface CompressionCodec {
  /** Kafka's number of the codec, as it stands in the header of a batch. It is read once. */
  readonly id: 1 | 2 | 3 | 4
  /** The name in errors and logs. It says which codec this is, like `gzip`. */
  readonly name: string
  /** How to make the codec again in another thread; absent where it can be made only in this one. */
  readonly portable?: Portable
  /** Compresses the records of one batch. What it throws fails the batch with CODEC_FAILED. The output is copied. */
  compress(input: Uint8Array): Uint8Array | Promise<Uint8Array>
  /**
   * Decompresses the records of one batch.
   * @throws when the output would be larger than `maxBytes`, before it has been allocated
   */
  decompress(input: Uint8Array, maxBytes: number): Uint8Array | Promise<Uint8Array>
}
