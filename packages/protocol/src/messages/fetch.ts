import { between, from, message, struct, tagged, until } from '../schema/struct.js'
import {
  arrayOf,
  int16,
  int32,
  int64,
  int8,
  nullable,
  records,
  string,
  uuid,
} from '../schema/wire-type.js'
import { nodeEndpoints } from './node-endpoints.js'

/**
 * Fetch: record batches from an offset on. What tools and the embedded broker need to read back what was written.
 *
 * Request: 4 adds the isolation level. 5 adds the log start offset of followers. 7 adds incremental sessions. 9 adds
 * the current leader epoch. 10 allows zstd. 11 adds the rack. 12 is flexible and adds the last fetched epoch.
 * 13 names topics by their id (KIP-516). 15 moves the replica id into a tagged state (KIP-903). 17 adds the
 * replica's directory (KIP-853), 18 its high watermark (KIP-1166).
 * Response: 5 adds the log start offset, 7 the session; from 8 on brokers answer before they throttle; 11 adds the
 * preferred replica, 12 the diverging epoch, the current leader and the snapshot, 16 node endpoints (KIP-951).
 */
export const fetchApi = {
  key: 1,
  name: 'Fetch',
  minVersion: 4,
  maxVersion: 18,
  flexibleFrom: 12,
  throttledFrom: 8,
  request: /* @__PURE__ */ message(() => ({
    clusterId: tagged(0, 12, nullable(string)),
    replicaId: until(14, int32, -1),
    replicaState: tagged(
      1,
      15,
      struct({ replicaId: from(15, int32, -1), replicaEpoch: from(15, int64, -1n) }),
    ),
    maxWaitMs: int32,
    minBytes: int32,
    maxBytes: from(3, int32, 0x7fffffff),
    isolationLevel: from(4, int8),
    sessionId: from(7, int32),
    sessionEpoch: from(7, int32, -1),
    topics: arrayOf(requestedTopic()),
    forgottenTopicsData: from(
      7,
      arrayOf(
        struct({
          topic: between(7, 12, string),
          topicId: from(13, uuid),
          partitions: arrayOf(int32),
        }),
      ),
    ),
    rackId: from(11, string),
  })),
  response: /* @__PURE__ */ message(() => ({
    throttleTimeMs: from(1, int32),
    errorCode: from(7, int16),
    sessionId: from(7, int32),
    responses: arrayOf(
      struct({
        topic: until(12, string),
        topicId: from(13, uuid),
        partitions: arrayOf(fetchedPartition()),
      }),
    ),
    nodeEndpoints: tagged(0, 16, nodeEndpoints()),
  })),
} as const

function requestedTopic() {
  return struct({
    topic: until(12, string),
    topicId: from(13, uuid),
    partitions: arrayOf(
      struct({
        partition: int32,
        currentLeaderEpoch: from(9, int32, -1),
        fetchOffset: int64,
        lastFetchedEpoch: from(12, int32, -1),
        logStartOffset: from(5, int64, -1n),
        partitionMaxBytes: int32,
        replicaDirectoryId: tagged(0, 17, uuid),
        highWatermark: tagged(1, 18, int64, 0x7fffffffffffffffn),
      }),
    ),
  })
}

function fetchedPartition() {
  const epoch = from(12, int32, -1)
  const endOffset = from(12, int64, -1n)
  return struct({
    partitionIndex: int32,
    errorCode: int16,
    highWatermark: int64,
    lastStableOffset: from(4, int64, -1n),
    logStartOffset: from(5, int64, -1n),
    divergingEpoch: tagged(0, 12, struct({ epoch, endOffset })),
    currentLeader: tagged(
      1,
      12,
      struct({ leaderId: from(12, int32, -1), leaderEpoch: from(12, int32, -1) }),
    ),
    snapshotId: tagged(2, 12, struct({ endOffset, epoch })),
    abortedTransactions: from(
      4,
      nullable(arrayOf(struct({ producerId: int64, firstOffset: int64 }))),
    ),
    preferredReadReplica: from(11, int32, -1),
    records: nullable(records),
  })
}
