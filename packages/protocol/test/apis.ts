import {
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
  saslAuthenticateApi,
  saslHandshakeApi,
  txnOffsetCommitApi,
  type MessageType,
} from '../src/index.js'

/** A message whose values a test treats as opaque. */
export type AnyMessage = MessageType<unknown>

/** An API whose values a test treats as opaque. */
export interface AnyApi {
  readonly key: number
  readonly name: string
  readonly minVersion: number
  readonly maxVersion: number
  readonly flexibleFrom: number
  readonly throttledFrom: number
  readonly request: AnyMessage
  readonly response: AnyMessage
}

const named = {
  Produce: produceApi,
  Metadata: metadataApi,
  FindCoordinator: findCoordinatorApi,
  SaslHandshake: saslHandshakeApi,
  ApiVersions: apiVersionsApi,
  InitProducerId: initProducerIdApi,
  AddPartitionsToTxn: addPartitionsToTxnApi,
  AddOffsetsToTxn: addOffsetsToTxnApi,
  DescribeTransactions: describeTransactionsApi,
  EndTxn: endTxnApi,
  TxnOffsetCommit: txnOffsetCommitApi,
  SaslAuthenticate: saslAuthenticateApi,
  ListOffsets: listOffsetsApi,
  Fetch: fetchApi,
  OffsetFetch: offsetFetchApi,
  GetTelemetrySubscriptions: getTelemetrySubscriptionsApi,
  PushTelemetry: pushTelemetryApi,
}

/** Every API by Kafka's name. */
export const apis = named as unknown as Record<keyof typeof named, AnyApi>

/** The versions we speak. */
export function versionsOfApi({ minVersion, maxVersion }: AnyApi): number[] {
  return Array.from({ length: maxVersion - minVersion + 1 }, (_, index) => minVersion + index)
}
