// kafkajs publishes its encoders without types.

interface KafkajsRecord {
  readonly key: string | Buffer | null
  readonly value: string | Buffer
  readonly headers: Record<string, string>
}

interface KafkajsEncoder {
  readonly buffer: Buffer
}

declare module 'kafkajs/src/protocol/recordBatch/crc32C/index.js' {
  const crc32c: (bytes: Buffer) => number
  export default crc32c
}

declare module 'kafkajs/src/protocol/recordBatch/record/v0/index.js' {
  const record: (
    record: KafkajsRecord & { offsetDelta: number; timestampDelta: number },
  ) => KafkajsEncoder
  export default record
}

declare module 'kafkajs/src/protocol/recordBatch/v0/index.js' {
  export const RecordBatch: (batch: {
    records: KafkajsEncoder[]
    firstTimestamp: number
    maxTimestamp: number
    lastOffsetDelta: number
  }) => Promise<KafkajsEncoder>
}

declare module 'kafkajs/src/protocol/message/compression/gzip.js' {
  const gzip: {
    compress(encoder: KafkajsEncoder): Promise<Buffer>
    decompress(bytes: Uint8Array): Promise<Buffer>
  }
  export default gzip
}

declare module 'kafkajs/src/protocol/requests/produce/v7/request.js' {
  const produce: (request: {
    acks: number
    timeout: number
    topicData: {
      topic: string
      partitions: { partition: number; firstSequence: number; messages: KafkajsRecord[] }[]
    }[]
  }) => object
  export default produce
}

declare module 'kafkajs/src/protocol/request.js' {
  const frame: (request: {
    correlationId: number
    clientId: string
    request: object
  }) => Promise<KafkajsEncoder>
  export default frame
}
