import {
  arrayOf,
  bool,
  from,
  int16,
  int32,
  int8,
  message,
  nullable,
  string,
  struct,
  tagged,
  uuid,
} from '@sluice/protocol/schema'

/**
 * CreateTopics: new topics.
 *
 * Request: from 4 on −1 stands for the usual number of partitions or replicas (KIP-464). 5 is flexible.
 * Response: from 3 on brokers answer before they throttle. 5 adds the settings (KIP-525), 7 the topic id.
 */
export const createTopicsApi = {
  key: 19,
  name: 'CreateTopics',
  minVersion: 2,
  maxVersion: 7,
  flexibleFrom: 5,
  throttledFrom: 3,
  request: message(() => ({
    topics: arrayOf(
      struct({
        name: string,
        numPartitions: int32,
        replicationFactor: int16,
        assignments: arrayOf(struct({ partitionIndex: int32, brokerIds: arrayOf(int32) })),
        configs: arrayOf(struct({ name: string, value: from(0, nullable(string)) })),
      }),
    ),
    timeoutMs: from(0, int32, 60_000),
    validateOnly: bool,
  })),
  response: message(() => ({
    throttleTimeMs: from(2, int32),
    topics: arrayOf(
      struct({
        name: string,
        topicId: from(7, uuid),
        errorCode: int16,
        errorMessage: from(1, nullable(string)),
        topicConfigErrorCode: tagged(0, 5, int16),
        numPartitions: from(5, int32, -1),
        replicationFactor: from(5, int16, -1),
        configs: from(
          5,
          nullable(
            arrayOf(
              struct({
                name: string,
                value: from(5, nullable(string)),
                readOnly: bool,
                configSource: from(5, int8, -1),
                isSensitive: bool,
              }),
            ),
          ),
        ),
      }),
    ),
  })),
} as const
