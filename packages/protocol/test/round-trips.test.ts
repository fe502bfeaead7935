import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addOffsetsToTxnApi,
  addPartitionsToTxnApi,
  apiVersionsApi,
  ByteReader,
  decodeRequestBody,
  decodeRequestHeader,
  decodeResponse,
  encodeRequest,
  encodeResponse,
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
  saslAuthenticateApi,
  saslHandshakeApi,
  txnOffsetCommitApi,
  type Api,
} from '../src/index.js'
import * as arbitrary from './message-arbitraries.js'

describe('Produce', () => {
  roundTrips(produceApi, arbitrary.produceRequest, arbitrary.produceResponse)
})
describe('Metadata', () => {
  roundTrips(metadataApi, arbitrary.metadataRequest, arbitrary.metadataResponse)
})
describe('ApiVersions', () => {
  roundTrips(apiVersionsApi, arbitrary.apiVersionsRequest, arbitrary.apiVersionsResponse)
})
describe('InitProducerId', () => {
  roundTrips(initProducerIdApi, arbitrary.initProducerIdRequest, arbitrary.initProducerIdResponse)
})
describe('GetTelemetrySubscriptions', () => {
  roundTrips(
    getTelemetrySubscriptionsApi,
    arbitrary.getTelemetrySubscriptionsRequest,
    arbitrary.getTelemetrySubscriptionsResponse,
  )
})
describe('PushTelemetry', () => {
  roundTrips(pushTelemetryApi, arbitrary.pushTelemetryRequest, arbitrary.pushTelemetryResponse)
})
describe('ListOffsets', () => {
  roundTrips(listOffsetsApi, arbitrary.listOffsetsRequest, arbitrary.listOffsetsResponse)
})
describe('Fetch', () => {
  roundTrips(fetchApi, arbitrary.fetchRequest, arbitrary.fetchResponse)
})
describe('OffsetFetch', () => {
  roundTrips(offsetFetchApi, arbitrary.offsetFetchRequest, arbitrary.offsetFetchResponse)
})
describe('FindCoordinator', () => {
  roundTrips(
    findCoordinatorApi,
    arbitrary.findCoordinatorRequest,
    arbitrary.findCoordinatorResponse,
  )
})
describe('SaslHandshake', () => {
  roundTrips(saslHandshakeApi, arbitrary.saslHandshakeRequest, arbitrary.saslHandshakeResponse)
})
describe('SaslAuthenticate', () => {
  roundTrips(
    saslAuthenticateApi,
    arbitrary.saslAuthenticateRequest,
    arbitrary.saslAuthenticateResponse,
  )
})
describe('AddPartitionsToTxn', () => {
  roundTrips(
    addPartitionsToTxnApi,
    arbitrary.addPartitionsToTxnRequest,
    arbitrary.addPartitionsToTxnResponse,
  )
})
describe('AddOffsetsToTxn', () => {
  roundTrips(
    addOffsetsToTxnApi,
    arbitrary.addOffsetsToTxnRequest,
    arbitrary.addOffsetsToTxnResponse,
  )
})
describe('DescribeTransactions', () => {
  roundTrips(
    describeTransactionsApi,
    arbitrary.describeTransactionsRequest,
    arbitrary.describeTransactionsResponse,
  )
})
describe('EndTxn', () => {
  roundTrips(endTxnApi, arbitrary.endTxnRequest, arbitrary.endTxnResponse)
})
describe('TxnOffsetCommit', () => {
  roundTrips(
    txnOffsetCommitApi,
    arbitrary.txnOffsetCommitRequest,
    arbitrary.txnOffsetCommitResponse,
  )
})

/**
 * What a version lacks cannot come back; so the value that was read is written and read once more and must be the
 * same, byte for byte. That no field is lost is checked against the bytes of Java in `messages.test.ts`.
 */
function roundTrips<Request, Response>(
  api: Api<Request, Response>,
  requests: fc.Arbitrary<Request>,
  responses: fc.Arbitrary<Response>,
): void {
  const version = fc.integer({ min: api.minVersion, max: api.maxVersion })
  const id = fc.integer()

  test('requests of every version come back the same', () => {
    const clientId = fc.option(fc.string())
    fc.assert(
      fc.property(version, id, clientId, requests, (at, correlationId, client, body) => {
        const frame = frameOf(encodeRequest(api, at, correlationId, client, body))
        const header = decodeRequestHeader(frame)
        expect(header).toMatchObject({ apiKey: api.key, apiVersion: at, correlationId })
        expect(header.clientId).toBe(client)
        const reader = new ByteReader(frame, header.headerEnd)
        const read = decodeRequestBody(api, at, reader)
        expect(reader.remaining).toBe(0)
        expect(frameOf(encodeRequest(api, at, correlationId, client, read))).toEqual(frame)
      }),
    )
  })

  test('responses of every version come back the same', () => {
    fc.assert(
      fc.property(version, id, responses, (at, correlationId, body) => {
        const frame = frameOf(encodeResponse(api, at, correlationId, body))
        const read = decodeResponse(api, at, frame)
        expect(read.correlationId).toBe(correlationId)
        expect(frameOf(encodeResponse(api, at, correlationId, read.body))).toEqual(frame)
      }),
    )
  })

  test('any bytes are a response or malformed', () => {
    fc.assert(
      fc.property(version, fc.uint8Array({ maxLength: 200 }), (at, bytes) => {
        try {
          decodeResponse(api, at, bytes)
        } catch (error) {
          expect(error).toMatchObject({ code: 'MALFORMED_RESPONSE' })
        }
      }),
    )
  })
}

function frameOf(chunks: Uint8Array[]): Buffer {
  const bytes = Buffer.concat(chunks)
  expect(bytes.readInt32BE(0)).toBe(bytes.length - 4)
  return bytes.subarray(4)
}
