import { message } from '../../schema/struct.js'
import { bool, bytes, int16, int32, int8, uuid } from '../../schema/wire-type.js'

/**
 * PushTelemetry (KIP-714): metrics of this client, as OpenTelemetry's `MetricsData` in Protocol Buffers, compressed with one of the
 * codecs that the broker accepts. Compression types are numbered as those of record batches.
 */
export const pushTelemetryApi = {
  key: 72,
  name: 'PushTelemetry',
  minVersion: 0,
  maxVersion: 0,
  flexibleFrom: 0,
  throttledFrom: 0,
  request: /* @__PURE__ */ message(() => ({
    clientInstanceId: uuid,
    subscriptionId: int32,
    terminating: bool,
    compressionType: int8,
    metrics: bytes,
  })),
  response: /* @__PURE__ */ message(() => ({ throttleTimeMs: int32, errorCode: int16 })),
} as const
