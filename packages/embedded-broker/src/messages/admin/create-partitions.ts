import {
  arrayOf,
  bool,
  from,
  int16,
  int32,
  message,
  nullable,
  string,
  struct,
} from '@sluice/protocol/schema'

/**
 * CreatePartitions: topics get more partitions.
 *
 * Request: 2 is flexible. Response: from 1 on brokers answer before they throttle.
 */
export const createPartitionsApi = {
  key: 37,
  name: 'CreatePartitions',
  minVersion: 0,
  maxVersion: 3,
  flexibleFrom: 2,
  throttledFrom: 1,
  request: message(() => ({
    topics: arrayOf(
      struct({
        name: string,
        count: int32,
        assignments: from(0, nullable(arrayOf(struct({ brokerIds: arrayOf(int32) })))),
      }),
    ),
    timeoutMs: int32,
    validateOnly: bool,
  })),
  response: message(() => ({
    throttleTimeMs: from(0, int32),
    results: arrayOf(
      struct({ name: string, errorCode: int16, errorMessage: from(0, nullable(string)) }),
    ),
  })),
} as const
