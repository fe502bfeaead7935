import {
  arrayOf,
  from,
  int16,
  int32,
  message,
  nullable,
  string,
  struct,
  until,
  uuid,
} from '@sluice/protocol/schema'

/**
 * DeleteTopics: topics are deleted with their records.
 *
 * Request: 4 is flexible. 6 names topics by name or by id.
 * Response: 1 adds the throttle time; from 2 on brokers answer before they throttle. 5 adds the message, 6 the topic id.
 */
export const deleteTopicsApi = {
  key: 20,
  name: 'DeleteTopics',
  minVersion: 1,
  maxVersion: 6,
  flexibleFrom: 4,
  throttledFrom: 2,
  request: message(() => ({
    topics: from(6, arrayOf(struct({ name: from(6, nullable(string)), topicId: uuid }))),
    topicNames: until(5, arrayOf(string)),
    timeoutMs: int32,
  })),
  response: message(() => ({
    throttleTimeMs: from(1, int32),
    responses: arrayOf(
      struct({
        name: from(0, nullable(string, 6)),
        topicId: from(6, uuid),
        errorCode: int16,
        errorMessage: from(5, nullable(string)),
      }),
    ),
  })),
} as const
