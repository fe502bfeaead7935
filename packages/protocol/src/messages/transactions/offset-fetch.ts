import { between, from, message, struct, until, type FieldOf } from '../../schema/struct.js'
import {
  arrayOf,
  bool,
  int16,
  int32,
  int64,
  nullable,
  string,
  uuid,
} from '../../schema/wire-type.js'

/**
 * OffsetFetch: the offsets that consumer groups have committed. What tools and the embedded broker need to read back
 * what a transaction has committed.
 *
 * Request: null topics are all of them, from 2 on. 6 is flexible. 7 can ask that offsets of open transactions are
 * waited for (KIP-447). 8 asks for many groups at once (KIP-709). 9 adds the member (KIP-848). 10 names topics by id.
 * Response: 2 adds an error of the group, 3 the throttle time; from 4 on brokers answer before they throttle. 5 adds
 * the leader epoch. From 8 on there is an answer for each group.
 */
export const offsetFetchApi = {
  key: 9,
  name: 'OffsetFetch',
  minVersion: 1,
  maxVersion: 10,
  flexibleFrom: 6,
  throttledFrom: 4,
  request: /* @__PURE__ */ message(() => ({
    groupId: until(7, string),
    topics: until(7, nullable(arrayOf(struct({ name: string, partitionIndexes: arrayOf(int32) })))),
    groups: from(
      8,
      arrayOf(
        struct({
          groupId: string,
          memberId: from(9, nullable(string)),
          memberEpoch: from(9, int32, -1),
          topics: nullable(
            arrayOf(
              struct({
                name: between(8, 9, string),
                topicId: from(10, uuid),
                partitionIndexes: arrayOf(int32),
              }),
            ),
          ),
        }),
      ),
    ),
    requireStable: from(7, bool),
  })),
  response: /* @__PURE__ */ message(() => ({
    throttleTimeMs: from(3, int32),
    topics: until(7, arrayOf(struct({ name: string, partitions: arrayOf(offset(5)) }))),
    errorCode: between(2, 7, int16),
    groups: from(
      8,
      arrayOf(
        struct({
          groupId: string,
          topics: arrayOf(
            struct({
              name: between(8, 9, string),
              topicId: from(10, uuid),
              partitions: arrayOf(offset(8)),
            }),
          ),
          errorCode: int16,
        }),
      ),
    ),
  })),
} as const

function offset(epochFrom: number) {
  const committedLeaderEpoch: FieldOf<typeof int32> = from(epochFrom, int32, -1)
  return struct({
    partitionIndex: int32,
    committedOffset: int64,
    committedLeaderEpoch,
    metadata: nullable(string),
    errorCode: int16,
  })
}
