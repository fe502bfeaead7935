import { from, message, struct, tagged, until } from '../schema/struct.js'
import {
  arrayOf,
  int16,
  int32,
  int64,
  nullable,
  records,
  string,
  uuid,
} from '../schema/wire-type.js'
import { nodeEndpoints } from './node-endpoints.js'

/**
 * Produce: one record batch for each partition. With `acks` 0 a broker does not answer.
 *
 * Request: 3 is the first with record batches of format 2 and adds the transactional id. 4 may be answered
 * KAFKA_STORAGE_ERROR. 5 and 6 are the same. 7 allows zstd. 8 is the same. 9 is flexible. 10 is the same.
 * 11 may be answered TRANSACTION_ABORTABLE. 12 also enrols the partition in a transaction of version 2 (KIP-890).
 * 13 names topics by their id (KIP-516).
 * Response: 5 adds the log start offset; from 6 on brokers answer before they throttle; 8 adds the errors of single
 * records (KIP-467), 10 the current leader and its endpoint where the leader has moved (KIP-951).
 */
export const produceApi = {
  key: 0,
  name: 'Produce',
  minVersion: 3,
  maxVersion: 13,
  flexibleFrom: 9,
  throttledFrom: 6,
  request: /* @__PURE__ */ message(() => ({
    transactionalId: from(3, nullable(string)),
    acks: int16,
    timeoutMs: int32,
    topicData: arrayOf(
      struct({
        name: until(12, string),
        topicId: from(13, uuid),
        partitionData: arrayOf(struct({ index: int32, records: nullable(records) })),
      }),
    ),
  })),
  response: /* @__PURE__ */ message(() => ({
    responses: arrayOf(
      struct({
        name: until(12, string),
        topicId: from(13, uuid),
        partitionResponses: arrayOf(partitionResponse()),
      }),
    ),
    throttleTimeMs: from(1, int32),
    nodeEndpoints: tagged(0, 10, nodeEndpoints()),
  })),
} as const

function partitionResponse() {
  return struct({
    index: int32,
    errorCode: int16,
    baseOffset: int64,
    logAppendTimeMs: from(2, int64, -1n),
    logStartOffset: from(5, int64, -1n),
    recordErrors: from(
      8,
      arrayOf(struct({ batchIndex: int32, batchIndexErrorMessage: from(8, nullable(string)) })),
    ),
    errorMessage: from(8, nullable(string)),
    currentLeader: tagged(
      0,
      10,
      struct({ leaderId: from(10, int32, -1), leaderEpoch: from(10, int32, -1) }),
    ),
  })
}
