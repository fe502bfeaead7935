import { between, from, message, struct } from '../schema/struct.js'
import { arrayOf, bool, int16, int32, nullable, string, uuid } from '../schema/wire-type.js'

/** "Not asked for", in a field of authorized operations. */
const notAsked = -2147483648

/**
 * Metadata: the brokers of the cluster, and for topics their partitions and leaders. `topics: null` asks for all
 * topics, an empty list for none.
 *
 * Request: 4 adds `allowAutoTopicCreation`. 8 can ask for authorized operations. 9 is flexible. 10 adds topic ids,
 * which brokers understand in requests only from 12 on. 11 drops the operations of the cluster (KIP-700).
 * Response: 5 adds offline replicas; from 6 on brokers answer before they throttle; 7 adds the leader epoch, 8 the
 * authorized operations, 10 topic ids, 12 a null name for an id that does not exist, 13 an error code for the whole.
 */
export const metadataApi = {
  key: 3,
  name: 'Metadata',
  minVersion: 4,
  maxVersion: 13,
  flexibleFrom: 9,
  throttledFrom: 6,
  request: /* @__PURE__ */ message(() => ({
    topics: nullable(arrayOf(struct({ topicId: from(10, uuid), name: nullable(string, 10) }))),
    allowAutoTopicCreation: from(4, bool, true),
    includeClusterAuthorizedOperations: between(8, 10, bool),
    includeTopicAuthorizedOperations: from(8, bool),
  })),
  response: /* @__PURE__ */ message(() => ({
    throttleTimeMs: from(3, int32),
    brokers: arrayOf(
      struct({ nodeId: int32, host: string, port: int32, rack: from(1, nullable(string)) }),
    ),
    clusterId: from(2, nullable(string)),
    controllerId: from(1, int32, -1),
    topics: arrayOf(topic()),
    clusterAuthorizedOperations: between(8, 10, int32, notAsked),
    errorCode: from(13, int16),
  })),
} as const

function topic() {
  return struct({
    errorCode: int16,
    name: nullable(string, 12),
    topicId: from(10, uuid),
    isInternal: from(1, bool),
    partitions: arrayOf(
      struct({
        errorCode: int16,
        partitionIndex: int32,
        leaderId: int32,
        leaderEpoch: from(7, int32, -1),
        replicaNodes: arrayOf(int32),
        isrNodes: arrayOf(int32),
        offlineReplicas: from(5, arrayOf(int32)),
      }),
    ),
    topicAuthorizedOperations: from(8, int32, notAsked),
  })
}
