import {
  arrayOf,
  from,
  int16,
  int32,
  int64,
  message,
  nullable,
  string,
  struct,
  until,
  uuid,
} from '@sluice/protocol/schema'

/**
 * OffsetCommit: a group keeps offsets of partitions.
 *
 * Request: 2 has a retention time, up to 4. 6 adds the leader epoch, 7 static members (KIP-345). 8 is flexible. From 9 on a group
 * that is not there is GROUP_ID_NOT_FOUND. 10 names topics by id (KIP-848).
 * Response: 3 adds the throttle time; from 4 on brokers answer before they throttle. 10 names topics by id.
 */
export const offsetCommitApi = {
  key: 8,
  name: 'OffsetCommit',
  minVersion: 2,
  maxVersion: 10,
  flexibleFrom: 8,
  throttledFrom: 4,
  request: message(() => ({
    groupId: string,
    generationIdOrMemberEpoch: from(1, int32, -1),
    memberId: from(1, string),
    groupInstanceId: from(7, nullable(string)),
    retentionTimeMs: until(4, int64, -1n),
    topics: arrayOf(
      struct({
        name: until(9, string),
        topicId: from(10, uuid),
        partitions: arrayOf(
          struct({
            partitionIndex: int32,
            committedOffset: int64,
            committedLeaderEpoch: from(6, int32, -1),
            committedMetadata: from(0, nullable(string)),
          }),
        ),
      }),
    ),
  })),
  response: message(() => ({
    throttleTimeMs: from(3, int32),
    topics: arrayOf(
      struct({
        name: until(9, string),
        topicId: from(10, uuid),
        partitions: arrayOf(struct({ partitionIndex: int32, errorCode: int16 })),
      }),
    ),
  })),
} as const
