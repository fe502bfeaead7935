import { Buffer } from 'node:buffer'
import type { ErrorCode } from '@sluice/protocol'
import type { GroupOffset } from '../../groups/group-offsets.js'

/** Kafka's `offset.metadata.max.bytes`. */
const maxMetadataBytes = 4096

/** An offset as OffsetCommit and TxnOffsetCommit name it. */
interface OffsetRequest {
  readonly partitionIndex: number
  readonly committedOffset: bigint
  readonly committedLeaderEpoch: number
  readonly committedMetadata: string | null
}

/** OFFSET_METADATA_TOO_LARGE for a text of more than 4096 bytes. */
export function metadataError({ committedMetadata }: OffsetRequest): ErrorCode | null {
  const bytes = Buffer.byteLength(committedMetadata ?? '')
  return bytes > maxMetadataBytes ? 'OFFSET_METADATA_TOO_LARGE' : null
}

/** The offset as the group keeps it. */
export function offsetOf(topic: string, one: OffsetRequest): GroupOffset {
  return {
    topic,
    partition: one.partitionIndex,
    offset: one.committedOffset,
    leaderEpoch: one.committedLeaderEpoch,
    metadata: one.committedMetadata ?? '',
  }
}
