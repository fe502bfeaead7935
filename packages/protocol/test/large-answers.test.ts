import { expect, test } from 'vitest'
import {
  addPartitionsToTxnApi,
  type Api,
  apiVersionsApi,
  ByteReader,
  decodeRequestBody,
  decodeRequestHeader,
  decodeResponse,
  encodeRequest,
  encodeResponse,
  fetchApi,
  listOffsetsApi,
  metadataApi,
  produceApi,
  txnOffsetCommitApi,
  zeroUuid,
} from '../src/index.js'

// What bounds hostile answers must let the answers of large clusters pass.

const partitionCount = 10_000
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))

const brokers = times(1_000, (nodeId) => ({
  nodeId,
  host: `broker-${nodeId}.kafka.example.internal`,
  port: 9092,
  rack: `zone-${nodeId % 3}`,
}))

/** Partitions of topics with short names, which are the least bytes for the most objects. */
function inTopics<Partition>(
  topicCount: number,
  partition: (index: number) => Partition,
): { name: string; partitions: Partition[] }[] {
  return times(topicCount, (topic) => ({
    name: `t${topic}`,
    partitions: times(partitionCount / topicCount, partition),
  }))
}

function read<Response, Input>(
  api: Api<unknown, Response, never, Input>,
  version: number,
  body: Input,
): Response {
  return decodeResponse(api, version, frameOf(encodeResponse(api, version, 1, body))).body
}

function frameOf(chunks: Uint8Array[]): Buffer {
  return Buffer.concat(chunks).subarray(4)
}

const topicCounts = [1, 100, partitionCount]

test.each(topicCounts)(
  'the metadata of 10 000 partitions in %i topics on 1 000 brokers is read, in every version',
  (topicCount) => {
    const topics = inTopics(topicCount, (partitionIndex) => ({
      errorCode: 0,
      partitionIndex,
      leaderId: partitionIndex % 1_000,
      leaderEpoch: 7,
      replicaNodes: [0, 1, 2],
      isrNodes: [0, 1, 2],
      offlineReplicas: [],
    })).map((topic) => ({ ...topic, errorCode: 0, topicId: zeroUuid, isInternal: false }))
    for (let version = metadataApi.minVersion; version <= metadataApi.maxVersion; version++) {
      const body = read(metadataApi, version, {
        brokers,
        clusterId: 'large',
        controllerId: 1,
        topics,
      })
      expect(body.brokers).toHaveLength(1_000)
      expect(body.topics).toHaveLength(topicCount)
      expect(body.topics.at(-1)!.partitions.at(-1)).toMatchObject({ isrNodes: [0, 1, 2] })
    }
  },
)

test.each(topicCounts)('answers about 10 000 partitions in %i topics are read', (topicCount) => {
  const produced = inTopics(topicCount, (index) => ({ index, errorCode: 0, baseOffset: 5n }))
  const responses = produced.map(({ name, partitions }) => ({
    name,
    partitionResponses: partitions,
  }))
  for (let version = produceApi.minVersion; version <= produceApi.maxVersion; version++) {
    expect(read(produceApi, version, { responses }).responses).toHaveLength(topicCount)
  }
  const listed = inTopics(topicCount, (partitionIndex) => ({
    partitionIndex,
    errorCode: 0,
    timestamp: -1n,
    offset: 5n,
  }))
  for (let version = listOffsetsApi.minVersion; version <= listOffsetsApi.maxVersion; version++) {
    expect(read(listOffsetsApi, version, { topics: listed }).topics).toHaveLength(topicCount)
  }
  const committed = inTopics(topicCount, (partitionIndex) => ({ partitionIndex, errorCode: 0 }))
  const enrolled = inTopics(topicCount, (partitionIndex) => ({
    partitionIndex,
    partitionErrorCode: 0,
  })).map(({ name, partitions }) => ({ name, resultsByPartition: partitions }))
  for (const version of [0, 3]) {
    const commits = { throttleTimeMs: 0, topics: committed }
    expect(read(txnOffsetCommitApi, version, commits).topics).toHaveLength(topicCount)
    const enrols = { throttleTimeMs: 0, resultsByTopic: enrolled }
    expect(read(addPartitionsToTxnApi, version, enrols).resultsByTopic).toHaveLength(topicCount)
  }
})

test('a fetch of 10 000 partitions with records is read', () => {
  const batch = Buffer.alloc(300)
  const partitions = times(partitionCount, (partitionIndex) => ({
    partitionIndex,
    errorCode: 0,
    highWatermark: 5n,
    records: [batch],
    abortedTransactions: [],
  }))
  for (let version = fetchApi.minVersion; version <= fetchApi.maxVersion; version++) {
    const { responses } = read(fetchApi, version, { responses: [{ topic: 't', partitions }] })
    expect(responses[0]!.partitions).toHaveLength(partitionCount)
  }
})

test('an answer that names ten times the APIs of Kafka 4.3 is read', () => {
  const apiKeys = times(900, (apiKey) => ({ apiKey, minVersion: 0, maxVersion: 10 }))
  for (let version = 0; version <= apiVersionsApi.maxVersion; version++) {
    expect(read(apiVersionsApi, version, { errorCode: 0, apiKeys }).apiKeys).toEqual(apiKeys)
  }
})

test('a request to produce to 10 000 partitions is read', () => {
  const batch = Buffer.alloc(70)
  const partitionData = times(partitionCount, (index) => ({ index, records: [batch] }))
  for (let version = produceApi.minVersion; version <= produceApi.maxVersion; version++) {
    const body = { acks: -1, timeoutMs: 1, topicData: [{ name: 't', partitionData }] }
    const frame = frameOf(encodeRequest(produceApi, version, 1, 'client', body))
    const reader = new ByteReader(frame, decodeRequestHeader(frame).headerEnd)
    const { topicData } = decodeRequestBody(produceApi, version, reader)
    expect(topicData[0]!.partitionData).toHaveLength(partitionCount)
  }
})

test('a limit on memory can be raised for a cluster that is larger still', () => {
  const apiKeys = times(150_000, () => ({ apiKey: 0, minVersion: 0, maxVersion: 0 }))
  const frame = frameOf(encodeResponse(apiVersionsApi, 4, 1, { errorCode: 0, apiKeys }))
  expect(() => decodeResponse(apiVersionsApi, 4, frame)).toThrow(
    'MALFORMED_RESPONSE: 9600016 bytes of memory wanted, 8388608 allowed',
  )
  const { body } = decodeResponse(apiVersionsApi, 4, frame, 16_777_216)
  expect(body.apiKeys).toHaveLength(150_000)
})
