import { from, message, struct } from '../../schema/struct.js'
import { arrayOf, int16, int32, int64, nullable, string } from '../../schema/wire-type.js'

/**
 * TxnOffsetCommit: offsets of a consumer group that become valid when the transaction commits.
 *
 * Request: 1 is the same as 0. 2 adds the leader epoch. 3 is flexible and adds the member, so that a consumer
 * that has lost its partitions is refused (KIP-447). 4 may be answered TRANSACTION_ABORTABLE. 5 is for transactions
 * of version 2 alone: it also enrols the group (KIP-890).
 * Response: from 1 on brokers answer before they throttle; 3 may answer ILLEGAL_GENERATION, FENCED_INSTANCE_ID
 * and UNKNOWN_MEMBER_ID.
 */
export const txnOffsetCommitApi = {
  key: 28,
  name: 'TxnOffsetCommit',
  minVersion: 0,
  maxVersion: 5,
  flexibleFrom: 3,
  throttledFrom: 1,
  request: /* @__PURE__ */ message(() => ({
    transactionalId: string,
    groupId: string,
    producerId: int64,
    producerEpoch: int16,
    generationId: from(3, int32, -1),
    memberId: from(3, string),
    groupInstanceId: from(3, nullable(string)),
    topics: arrayOf(struct({ name: string, partitions: arrayOf(offset()) })),
  })),
  response: /* @__PURE__ */ message(() => ({
    throttleTimeMs: int32,
    topics: arrayOf(
      struct({
        name: string,
        partitions: arrayOf(struct({ partitionIndex: int32, errorCode: int16 })),
      }),
    ),
  })),
} as const

function offset() {
  return struct({
    partitionIndex: int32,
    committedOffset: int64,
    committedLeaderEpoch: from(2, int32, -1),
    committedMetadata: nullable(string),
  })
}
