import { partitionForKey } from '@sluice/partitioner'
import {
  ByteReader,
  type CompressionCodec,
  decompressPayload,
  readBatchHeader,
  readRecords,
  type RecordBatch,
} from '@sluice/protocol'

export interface Placement {
  /** The partition that the segment belongs to. */
  readonly partition: number
  /** How many partitions the topic has now. */
  readonly partitionCount: number
  /** For segments that are compressed. */
  readonly codecs?: readonly CompressionCodec[]
}

export interface MisplacedKey {
  readonly offset: bigint
  readonly key: string
  /** Where records with this key go now. */
  readonly partition: number
}

/** No batch of a broker is larger when it is unpacked. */
const maxBytes = 64 * 1024 * 1024

/**
 * The records of a log segment (`00000000000000000000.log` of a broker, or a copy of it) whose keys go to another partition today: after
 * partitions were added, or where another client has placed them.
 *
 * @throws KafkaError CORRUPT_MESSAGE or MALFORMED_RESPONSE where the segment is damaged, CODEC_UNAVAILABLE without its codec
 */
export async function* misplacedKeys(
  segment: Uint8Array,
  { partition, partitionCount, codecs = [] }: Placement,
): AsyncGenerator<MisplacedKey, void> {
  for (const batch of batchesOf(segment)) {
    if (batch.control) continue
    const payload = await decompressPayload(batch, codecs, maxBytes)
    for (const { key, offset } of readRecords(batch, payload)) {
      const wanted = key === null ? partition : partitionForKey(key, partitionCount)
      if (wanted !== partition)
        yield { offset, key: Buffer.from(key!).toString(), partition: wanted }
    }
  }
}

/** A segment is nothing but batches, one behind the other. */
function* batchesOf(segment: Uint8Array): Generator<RecordBatch, void> {
  const reader = new ByteReader(segment)
  while (reader.remaining > 0) yield readBatchHeader(reader)
}
