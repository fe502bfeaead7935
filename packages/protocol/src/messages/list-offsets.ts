import { from, message, struct } from '../schema/struct.js'
import { arrayOf, int16, int32, int64, int8, string } from '../schema/wire-type.js'

/**
 * ListOffsets: the offset that belongs to a time; −1 asks for the end of the log, −2 for its start.
 *
 * Request: 1 asks for a single offset. 2 adds the isolation level. 4 adds the current leader epoch. 6 is flexible.
 * 7 can ask for the largest timestamp (−3), 8 for the local log's start (−4), 9 for the last tiered offset (−5).
 * 10 adds the time-out. 11 can ask for the earliest offset not yet uploaded (−6).
 * Response: 2 adds the throttle time; from 3 on brokers answer before they throttle; 4 adds the leader epoch; 5 may be
 * OFFSET_NOT_AVAILABLE.
 */
export const listOffsetsApi = {
  key: 2,
  name: 'ListOffsets',
  minVersion: 1,
  maxVersion: 11,
  flexibleFrom: 6,
  throttledFrom: 3,
  request: /* @__PURE__ */ message(() => ({
    replicaId: from(0, int32, -1),
    isolationLevel: from(2, int8),
    topics: arrayOf(
      struct({
        name: string,
        partitions: arrayOf(
          struct({
            partitionIndex: int32,
            currentLeaderEpoch: from(4, int32, -1),
            timestamp: int64,
          }),
        ),
      }),
    ),
    timeoutMs: from(10, int32),
  })),
  response: /* @__PURE__ */ message(() => ({
    throttleTimeMs: from(2, int32),
    topics: arrayOf(
      struct({
        name: string,
        partitions: arrayOf(
          struct({
            partitionIndex: int32,
            errorCode: int16,
            timestamp: from(1, int64, -1n),
            offset: from(1, int64, -1n),
            leaderEpoch: from(4, int32, -1),
          }),
        ),
      }),
    ),
  })),
} as const
