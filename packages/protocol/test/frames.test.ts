import { expect, test } from 'vitest'
import {
  apiVersionsApi,
  ByteReader,
  decodeRequestBody,
  decodeRequestHeader,
  decodeResponse,
  encodeRequest,
  encodeResponse,
  initProducerIdApi,
  metadataApi,
  produceApi,
} from '../src/index.js'

/** Hexadecimal digits in groups, for the reader's sake. */
const hex = (groups: string) => groups.replaceAll(' ', '')

const malformed = expect.objectContaining({ code: 'MALFORMED_RESPONSE' })
const hexOf = (chunks: Uint8Array[]) => Buffer.concat(chunks).toString('hex')
const frameOf = (chunks: Uint8Array[]) => Buffer.concat(chunks).subarray(4)

const allTopics = { topics: null, includeTopicAuthorizedOperations: false }

test('a request begins with its length, key, version, correlation id and client id', () => {
  expect(hexOf(encodeRequest(metadataApi, 4, 7, 'me', allTopics))).toBe(
    hex('00000011 0003 0004 00000007 00026d65 ffffffff 01'),
  )
})

test('a flexible request has tagged fields behind a client id of the old style', () => {
  expect(hexOf(encodeRequest(metadataApi, 9, 7, 'me', allTopics))).toBe(
    hex('00000012 0003 0009 00000007 00026d65 00 00 01 00 00 00'),
  )
  expect(hexOf(encodeRequest(metadataApi, 9, 7, null, allTopics))).toContain('00000007ffff00')
})

test('the broker reads back the header and the body of a request', () => {
  for (const version of [3, 9, 13]) {
    const body = {
      transactionalId: null,
      acks: -1,
      timeoutMs: 30_000,
      topicData: [{ name: 'orders', partitionData: [{ index: 3, records: [Buffer.from('ab')] }] }],
    }
    const frame = frameOf(encodeRequest(produceApi, version, 2 ** 31 - 1, 'ünï', body))
    const header = decodeRequestHeader(frame)
    expect(header).toMatchObject({ apiKey: 0, apiVersion: version, clientId: 'ünï' })
    expect(header.correlationId).toBe(2 ** 31 - 1)
    const reader = new ByteReader(frame, header.headerEnd)
    const read = decodeRequestBody(produceApi, version, reader)
    expect(reader.remaining).toBe(0)
    expect(read).toMatchObject({ acks: -1, timeoutMs: 30_000, transactionalId: null })
    expect(read.topicData[0]!.name).toBe(version < 13 ? 'orders' : '')
    expect(Buffer.from(read.topicData[0]!.partitionData[0]!.records![0]!).toString()).toBe(
      hex('ab'),
    )
  }
})

test('records travel as the chunks they were given', () => {
  const batch = [Buffer.from('header'), Buffer.from('payload')]
  const chunks = encodeRequest(produceApi, 9, 1, null, {
    acks: 1,
    timeoutMs: 1,
    topicData: [{ name: 't', partitionData: [{ index: 0, records: batch }] }],
  })
  expect(chunks).toContain(batch[0])
  expect(chunks).toContain(batch[1])
  expect(Buffer.concat(chunks).readInt32BE(0)).toBe(Buffer.concat(chunks).length - 4)
})

const identity = { throttleTimeMs: 0, errorCode: 0, producerId: 2n ** 62n, producerEpoch: 3 }

test('a response is read back in old and flexible versions, with its correlation id', () => {
  for (const version of [0, 1, 2, 5]) {
    const frame = frameOf(encodeResponse(initProducerIdApi, version, -5, identity))
    expect(frame).toHaveLength(version < 2 ? 20 : 22)
    expect(decodeResponse(initProducerIdApi, version, frame)).toEqual({
      correlationId: -5,
      body: identity,
    })
  }
})

test('unknown tagged fields in the header of a response are passed over', () => {
  const frame = frameOf(encodeResponse(initProducerIdApi, 2, 1, identity))
  const tags = Buffer.from('0105020909', 'hex')
  const padded = Buffer.concat([frame.subarray(0, 4), tags, frame.subarray(5)])
  expect(decodeResponse(initProducerIdApi, 2, padded).body).toEqual(identity)
})

test('the header of an ApiVersions response has no tagged fields in any version', () => {
  const body = { errorCode: 0, apiKeys: [{ apiKey: 18, minVersion: 0, maxVersion: 4 }] }
  expect(hexOf(encodeResponse(apiVersionsApi, 3, 1, body))).toBe(
    hex('00000013 00000001 0000 02 001200000004 00 00000000 00'),
  )
  expect(
    decodeResponse(apiVersionsApi, 3, frameOf(encodeResponse(apiVersionsApi, 3, 1, body))).body,
  ).toMatchObject(body)
})

test('a refused ApiVersions version is answered in version 0, with the range or without', () => {
  const apiKeys = [{ apiKey: 18, minVersion: 0, maxVersion: 2 }]
  for (const body of [
    { errorCode: 35, apiKeys },
    { errorCode: 35, apiKeys: [] },
  ]) {
    const frame = frameOf(encodeResponse(apiVersionsApi, 0, 9, body))
    const read = decodeResponse(apiVersionsApi, 4, frame)
    expect(read.correlationId).toBe(9)
    expect(read.body).toMatchObject(body)
  }
})

test('a version that is not spoken is refused in all four directions', () => {
  const refused = expect.objectContaining({ code: 'UNSUPPORTED_VERSION' })
  const frame = Buffer.alloc(100)
  for (const version of [3, 14]) {
    expect(() => encodeRequest(metadataApi, version, 1, null, allTopics)).toThrow(refused)
    expect(() => decodeResponse(metadataApi, version, frame)).toThrow(refused)
    expect(() => decodeRequestBody(metadataApi, version, new ByteReader(frame))).toThrow(refused)
    expect(() => encodeResponse(metadataApi, version, 1, { brokers: [], topics: [] })).toThrow(
      refused,
    )
  }
})

test('garbage instead of a frame is malformed', () => {
  for (const text of [
    '',
    'HTT',
    'HTTP/1.1 400 Bad Request\r\n',
    '\u0015\u0003\u0003\u0000\u0002',
  ]) {
    expect(() => decodeResponse(metadataApi, 9, Buffer.from(text))).toThrow(malformed)
    expect(() => decodeResponse(apiVersionsApi, 3, Buffer.from(text.slice(0, 5)))).toThrow(
      malformed,
    )
  }
  expect(() => decodeRequestHeader(Buffer.from('0003000900000007', 'hex'))).toThrow(malformed)
})
