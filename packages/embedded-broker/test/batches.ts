import {
  encodeBatchHeader,
  flattenHeaders,
  RecordBatchBuilder,
  type BatchHeaderFields,
  type CompressionCodec,
  type RecordHeaders,
} from '@sluice/protocol'

/** A record of {@link batchOf}. */
export interface TestRecord {
  readonly key?: string | null
  readonly value: string | null
  readonly timestamp?: number
  readonly headers?: RecordHeaders
}

/** How {@link batchOf} makes a batch differ from a plain one. */
export interface TestBatchOptions {
  readonly producerId?: bigint
  readonly producerEpoch?: number
  readonly baseSequence?: number
  readonly transactional?: boolean
  readonly codec?: CompressionCodec
  /** Written in the header instead of the codec's own. */
  readonly codecId?: BatchHeaderFields['codecId']
  /** Written in the header instead of the number of records. */
  readonly count?: number
}

export const firstTimestamp = 1_700_000_000_000

/** The bytes of one record batch. */
export async function batchOf(
  records: readonly TestRecord[],
  options: TestBatchOptions = {},
): Promise<Buffer> {
  const builder = new RecordBatchBuilder(new ArrayBuffer(4_000_000))
  for (const { headers, key = null, timestamp = firstTimestamp, value } of records) {
    builder.append(timestamp, key, value, headers ? flattenHeaders(headers) : null)
  }
  const { codec, codecId = codec?.id ?? 0, count = builder.count } = options
  const payload = codec ? await codec.compress(builder.payload()) : builder.payload()
  const header = encodeBatchHeader(
    {
      baseTimestamp: builder.baseTimestamp,
      maxTimestamp: builder.maxTimestamp,
      producerId: -1n,
      producerEpoch: 0,
      baseSequence: 0,
      transactional: false,
      ...options,
      count,
      codecId,
    },
    payload,
  )
  return Buffer.concat([header, payload])
}

/** A batch of `count` records of an idempotent producer. */
export function sequencedBatch(
  producerId: bigint,
  producerEpoch: number,
  baseSequence: number,
  count = 1,
): Promise<Buffer> {
  const records = Array.from({ length: count }, (_, index) => ({
    value: `${baseSequence}+${index}`,
  }))
  return batchOf(records, { producerId, producerEpoch, baseSequence })
}
