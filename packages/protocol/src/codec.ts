/**
 * Compresses the records of a batch. The ids are Kafka's: 1 gzip, 2 snappy, 3 lz4, 4 zstd.
 *
 * Both methods may answer at once or with a promise. They must not keep or change `input`.
 */
export interface CompressionCodec {
  readonly id: 1 | 2 | 3 | 4
  readonly name: string
  compress(input: Uint8Array): Uint8Array | Promise<Uint8Array>
  /** @throws when the output would be larger than `maxBytes`, before it has been allocated. */
  decompress(input: Uint8Array, maxBytes: number): Uint8Array | Promise<Uint8Array>
}
