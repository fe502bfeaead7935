import fc from 'fast-check'
import type {
  addOffsetsToTxnApi,
  addPartitionsToTxnApi,
  apiVersionsApi,
  describeTransactionsApi,
  endTxnApi,
  fetchApi,
  findCoordinatorApi,
  getTelemetrySubscriptionsApi,
  initProducerIdApi,
  listOffsetsApi,
  metadataApi,
  offsetFetchApi,
  produceApi,
  pushTelemetryApi,
  RequestOf,
  ResponseOf,
  saslAuthenticateApi,
  saslHandshakeApi,
  txnOffsetCommitApi,
} from '../src/index.js'

// The types make sure that no field is forgotten: each arbitrary is of the value that decoding gives.

const int8 = fc.integer({ min: -128, max: 127 })
const int16 = fc.integer({ min: -32_768, max: 32_767 })
const int32 = fc.integer()
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
const bool = fc.boolean()
const text = fc.string({ unit: 'grapheme', maxLength: 12 })
const textOrNull = fc.option(text)
const uuid = fc.uuid()
const list = <T>(item: fc.Arbitrary<T>) => fc.array(item, { maxLength: 3 })
const bytes = fc.uint8Array({ maxLength: 50 })
const records = bytes.map((chunk) => [chunk])
const node = { nodeId: int32, host: text, port: int32, rack: textOrNull }
const producer = { transactionalId: text, producerId: int64, producerEpoch: int16 }
const leader = fc.record({ leaderId: int32, leaderEpoch: int32 })

export const produceRequest: fc.Arbitrary<RequestOf<typeof produceApi>> = fc.record({
  transactionalId: textOrNull,
  acks: int16,
  timeoutMs: int32,
  topicData: list(
    fc.record({
      name: text,
      topicId: uuid,
      partitionData: list(fc.record({ index: int32, records: fc.option(records) })),
    }),
  ),
})

export const produceResponse: fc.Arbitrary<ResponseOf<typeof produceApi>> = fc.record({
  responses: list(
    fc.record({
      name: text,
      topicId: uuid,
      partitionResponses: list(
        fc.record({
          index: int32,
          errorCode: int16,
          baseOffset: int64,
          logAppendTimeMs: int64,
          logStartOffset: int64,
          recordErrors: list(fc.record({ batchIndex: int32, batchIndexErrorMessage: textOrNull })),
          errorMessage: textOrNull,
          currentLeader: leader,
        }),
      ),
    }),
  ),
  throttleTimeMs: int32,
  nodeEndpoints: list(fc.record(node)),
})

export const metadataRequest: fc.Arbitrary<RequestOf<typeof metadataApi>> = fc.record({
  topics: fc.option(list(fc.record({ topicId: uuid, name: text }))),
  allowAutoTopicCreation: bool,
  includeClusterAuthorizedOperations: bool,
  includeTopicAuthorizedOperations: bool,
})

export const metadataResponse: fc.Arbitrary<ResponseOf<typeof metadataApi>> = fc.record({
  throttleTimeMs: int32,
  brokers: list(fc.record(node)),
  clusterId: textOrNull,
  controllerId: int32,
  topics: list(
    fc.record({
      errorCode: int16,
      name: text,
      topicId: uuid,
      isInternal: bool,
      partitions: list(
        fc.record({
          errorCode: int16,
          partitionIndex: int32,
          leaderId: int32,
          leaderEpoch: int32,
          replicaNodes: list(int32),
          isrNodes: list(int32),
          offlineReplicas: list(int32),
        }),
      ),
      topicAuthorizedOperations: int32,
    }),
  ),
  clusterAuthorizedOperations: int32,
  errorCode: int16,
})

export const apiVersionsRequest: fc.Arbitrary<RequestOf<typeof apiVersionsApi>> = fc.record({
  clientSoftwareName: text,
  clientSoftwareVersion: text,
})

/** Without UNSUPPORTED_VERSION, which is always read as version 0. */
export const apiVersionsResponse: fc.Arbitrary<ResponseOf<typeof apiVersionsApi>> = fc.record({
  errorCode: int16.filter((code) => code !== 35),
  apiKeys: list(fc.record({ apiKey: int16, minVersion: int16, maxVersion: int16 })),
  throttleTimeMs: int32,
  supportedFeatures: list(fc.record({ name: text, minVersion: int16, maxVersion: int16 })),
  finalizedFeaturesEpoch: int64,
  finalizedFeatures: list(
    fc.record({ name: text, maxVersionLevel: int16, minVersionLevel: int16 }),
  ),
  zkMigrationReady: bool,
})

export const initProducerIdRequest: fc.Arbitrary<RequestOf<typeof initProducerIdApi>> = fc.record({
  transactionalId: textOrNull,
  transactionTimeoutMs: int32,
  producerId: int64,
  producerEpoch: int16,
})

export const initProducerIdResponse: fc.Arbitrary<ResponseOf<typeof initProducerIdApi>> = fc.record(
  { throttleTimeMs: int32, errorCode: int16, producerId: int64, producerEpoch: int16 },
)

export const getTelemetrySubscriptionsRequest: fc.Arbitrary<
  RequestOf<typeof getTelemetrySubscriptionsApi>
> = fc.record({ clientInstanceId: uuid })

export const getTelemetrySubscriptionsResponse: fc.Arbitrary<
  ResponseOf<typeof getTelemetrySubscriptionsApi>
> = fc.record({
  throttleTimeMs: int32,
  errorCode: int16,
  clientInstanceId: uuid,
  subscriptionId: int32,
  acceptedCompressionTypes: fc.array(int8, { maxLength: 4 }),
  pushIntervalMs: int32,
  telemetryMaxBytes: int32,
  deltaTemporality: bool,
  requestedMetrics: fc.array(text, { maxLength: 4 }),
})

export const pushTelemetryRequest: fc.Arbitrary<RequestOf<typeof pushTelemetryApi>> = fc.record({
  clientInstanceId: uuid,
  subscriptionId: int32,
  terminating: bool,
  compressionType: int8,
  metrics: bytes,
})

export const pushTelemetryResponse: fc.Arbitrary<ResponseOf<typeof pushTelemetryApi>> = fc.record({
  throttleTimeMs: int32,
  errorCode: int16,
})

export const listOffsetsRequest: fc.Arbitrary<RequestOf<typeof listOffsetsApi>> = fc.record({
  replicaId: int32,
  isolationLevel: int8,
  topics: list(
    fc.record({
      name: text,
      partitions: list(
        fc.record({ partitionIndex: int32, currentLeaderEpoch: int32, timestamp: int64 }),
      ),
    }),
  ),
  timeoutMs: int32,
})

export const listOffsetsResponse: fc.Arbitrary<ResponseOf<typeof listOffsetsApi>> = fc.record({
  throttleTimeMs: int32,
  topics: list(
    fc.record({
      name: text,
      partitions: list(
        fc.record({
          partitionIndex: int32,
          errorCode: int16,
          timestamp: int64,
          offset: int64,
          leaderEpoch: int32,
        }),
      ),
    }),
  ),
})

export const fetchRequest: fc.Arbitrary<RequestOf<typeof fetchApi>> = fc.record({
  clusterId: textOrNull,
  replicaId: int32,
  replicaState: fc.record({ replicaId: int32, replicaEpoch: int64 }),
  maxWaitMs: int32,
  minBytes: int32,
  maxBytes: int32,
  isolationLevel: int8,
  sessionId: int32,
  sessionEpoch: int32,
  topics: list(
    fc.record({
      topic: text,
      topicId: uuid,
      partitions: list(
        fc.record({
          partition: int32,
          currentLeaderEpoch: int32,
          fetchOffset: int64,
          lastFetchedEpoch: int32,
          logStartOffset: int64,
          partitionMaxBytes: int32,
          replicaDirectoryId: uuid,
          highWatermark: int64,
        }),
      ),
    }),
  ),
  forgottenTopicsData: list(fc.record({ topic: text, topicId: uuid, partitions: list(int32) })),
  rackId: text,
})

export const fetchResponse: fc.Arbitrary<ResponseOf<typeof fetchApi>> = fc.record({
  throttleTimeMs: int32,
  errorCode: int16,
  sessionId: int32,
  responses: list(
    fc.record({
      topic: text,
      topicId: uuid,
      partitions: list(
        fc.record({
          partitionIndex: int32,
          errorCode: int16,
          highWatermark: int64,
          lastStableOffset: int64,
          logStartOffset: int64,
          divergingEpoch: fc.record({ epoch: int32, endOffset: int64 }),
          currentLeader: leader,
          snapshotId: fc.record({ endOffset: int64, epoch: int32 }),
          abortedTransactions: fc.option(
            list(fc.record({ producerId: int64, firstOffset: int64 })),
          ),
          preferredReadReplica: int32,
          records: fc.option(records),
        }),
      ),
    }),
  ),
  nodeEndpoints: list(fc.record(node)),
})

export const findCoordinatorRequest: fc.Arbitrary<RequestOf<typeof findCoordinatorApi>> = fc.record(
  { key: text, keyType: int8, coordinatorKeys: list(text) },
)

export const findCoordinatorResponse: fc.Arbitrary<ResponseOf<typeof findCoordinatorApi>> =
  fc.record({
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: textOrNull,
    nodeId: int32,
    host: text,
    port: int32,
    coordinators: list(
      fc.record({
        key: text,
        nodeId: int32,
        host: text,
        port: int32,
        errorCode: int16,
        errorMessage: textOrNull,
      }),
    ),
  })

export const saslHandshakeRequest: fc.Arbitrary<RequestOf<typeof saslHandshakeApi>> = fc.record({
  mechanism: text,
})

export const saslHandshakeResponse: fc.Arbitrary<ResponseOf<typeof saslHandshakeApi>> = fc.record({
  errorCode: int16,
  mechanisms: list(text),
})

export const saslAuthenticateRequest: fc.Arbitrary<RequestOf<typeof saslAuthenticateApi>> =
  fc.record({ authBytes: bytes })

export const saslAuthenticateResponse: fc.Arbitrary<ResponseOf<typeof saslAuthenticateApi>> =
  fc.record({
    errorCode: int16,
    errorMessage: textOrNull,
    authBytes: bytes,
    sessionLifetimeMs: int64,
  })

export const addPartitionsToTxnRequest: fc.Arbitrary<RequestOf<typeof addPartitionsToTxnApi>> =
  fc.record({ ...producer, topics: list(fc.record({ name: text, partitions: list(int32) })) })

export const addPartitionsToTxnResponse: fc.Arbitrary<ResponseOf<typeof addPartitionsToTxnApi>> =
  fc.record({
    throttleTimeMs: int32,
    resultsByTopic: list(
      fc.record({
        name: text,
        resultsByPartition: list(fc.record({ partitionIndex: int32, partitionErrorCode: int16 })),
      }),
    ),
  })

export const addOffsetsToTxnRequest: fc.Arbitrary<RequestOf<typeof addOffsetsToTxnApi>> = fc.record(
  { ...producer, groupId: text },
)

export const addOffsetsToTxnResponse: fc.Arbitrary<ResponseOf<typeof addOffsetsToTxnApi>> =
  fc.record({ throttleTimeMs: int32, errorCode: int16 })

export const describeTransactionsRequest: fc.Arbitrary<RequestOf<typeof describeTransactionsApi>> =
  fc.record({ transactionalIds: fc.array(text) })

export const describeTransactionsResponse: fc.Arbitrary<
  ResponseOf<typeof describeTransactionsApi>
> = fc.record({
  throttleTimeMs: int32,
  transactionStates: fc.array(
    fc.record({
      errorCode: int16,
      transactionalId: text,
      transactionState: text,
      transactionTimeoutMs: int32,
      transactionStartTimeMs: int64,
      producerId: int64,
      producerEpoch: int16,
      topics: fc.array(fc.record({ topic: text, partitions: fc.array(int32) })),
    }),
  ),
})

export const endTxnRequest: fc.Arbitrary<RequestOf<typeof endTxnApi>> = fc.record({
  ...producer,
  committed: bool,
})

export const endTxnResponse: fc.Arbitrary<ResponseOf<typeof endTxnApi>> = fc.record({
  throttleTimeMs: int32,
  errorCode: int16,
  producerId: int64,
  producerEpoch: int16,
})

export const txnOffsetCommitRequest: fc.Arbitrary<RequestOf<typeof txnOffsetCommitApi>> = fc.record(
  {
    ...producer,
    groupId: text,
    generationId: int32,
    memberId: text,
    groupInstanceId: textOrNull,
    topics: list(
      fc.record({
        name: text,
        partitions: list(
          fc.record({
            partitionIndex: int32,
            committedOffset: int64,
            committedLeaderEpoch: int32,
            committedMetadata: textOrNull,
          }),
        ),
      }),
    ),
  },
)

export const txnOffsetCommitResponse: fc.Arbitrary<ResponseOf<typeof txnOffsetCommitApi>> =
  fc.record({
    throttleTimeMs: int32,
    topics: list(
      fc.record({
        name: text,
        partitions: list(fc.record({ partitionIndex: int32, errorCode: int16 })),
      }),
    ),
  })

const partitionNumbers = list(int32)
const groupOffset = fc.record({
  partitionIndex: int32,
  committedOffset: int64,
  committedLeaderEpoch: int32,
  metadata: textOrNull,
  errorCode: int16,
})

export const offsetFetchRequest: fc.Arbitrary<RequestOf<typeof offsetFetchApi>> = fc.record({
  groupId: text,
  topics: fc.option(list(fc.record({ name: text, partitionIndexes: partitionNumbers }))),
  groups: list(
    fc.record({
      groupId: text,
      memberId: textOrNull,
      memberEpoch: int32,
      topics: fc.option(
        list(fc.record({ name: text, topicId: uuid, partitionIndexes: partitionNumbers })),
      ),
    }),
  ),
  requireStable: bool,
})

export const offsetFetchResponse: fc.Arbitrary<ResponseOf<typeof offsetFetchApi>> = fc.record({
  throttleTimeMs: int32,
  topics: list(fc.record({ name: text, partitions: list(groupOffset) })),
  errorCode: int16,
  groups: list(
    fc.record({
      groupId: text,
      topics: list(fc.record({ name: text, topicId: uuid, partitions: list(groupOffset) })),
      errorCode: int16,
    }),
  ),
})
