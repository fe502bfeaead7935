import {
  arrayOf,
  from,
  int16,
  int32,
  int64,
  message,
  string,
  struct,
} from '@sluice/protocol/schema'

/**
 * DeleteRecords: the records of partitions before an offset are deleted.
 *
 * Request: 2 is flexible. Response: from 1 on brokers answer before they throttle.
 */
export const deleteRecordsApi = {
  key: 21,
  name: 'DeleteRecords',
  minVersion: 0,
  maxVersion: 2,
  flexibleFrom: 2,
  throttledFrom: 1,
  request: message(() => ({
    topics: arrayOf(
      struct({
        name: string,
        partitions: arrayOf(struct({ partitionIndex: int32, offset: int64 })),
      }),
    ),
    timeoutMs: int32,
  })),
  response: message(() => ({
    throttleTimeMs: from(0, int32),
    topics: arrayOf(
      struct({
        name: string,
        partitions: arrayOf(
          struct({ partitionIndex: int32, lowWatermark: int64, errorCode: int16 }),
        ),
      }),
    ),
  })),
} as const
