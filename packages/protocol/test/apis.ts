import {
  apiVersionsApi,
  fetchApi,
  initProducerIdApi,
  listOffsetsApi,
  metadataApi,
  produceApi,
  type MessageType,
} from '../src/index.js'

/** A message whose values a test treats as opaque. */
export type AnyMessage = MessageType<unknown>

interface AnyApi {
  readonly minVersion: number
  readonly maxVersion: number
  readonly flexibleFrom: number
  readonly request: AnyMessage
  readonly response: AnyMessage
}

/** Every API by Kafka's name. */
export const apis = {
  Produce: produceApi,
  Metadata: metadataApi,
  ApiVersions: apiVersionsApi,
  InitProducerId: initProducerIdApi,
  ListOffsets: listOffsetsApi,
  Fetch: fetchApi,
} as unknown as Record<
  'Produce' | 'Metadata' | 'ApiVersions' | 'InitProducerId' | 'ListOffsets' | 'Fetch',
  AnyApi
>
