import { message } from '../../schema/struct.js'
import { arrayOf, bool, int16, int32, int8, string, uuid } from '../../schema/wire-type.js'

/**
 * GetTelemetrySubscriptions (KIP-714): which metrics of this client the cluster wants to be told, and how often. Brokers that have
 * nobody to give them to do not offer it.
 *
 * The client names the instance id that the first answer gave it, and the zero UUID before. A metric is asked for by the beginning
 * of its name: the empty text asks for all, no text at all for none.
 */
export const getTelemetrySubscriptionsApi = {
  key: 71,
  name: 'GetTelemetrySubscriptions',
  minVersion: 0,
  maxVersion: 0,
  flexibleFrom: 0,
  throttledFrom: 0,
  request: /* @__PURE__ */ message(() => ({ clientInstanceId: uuid })),
  response: /* @__PURE__ */ message(() => ({
    throttleTimeMs: int32,
    errorCode: int16,
    clientInstanceId: uuid,
    subscriptionId: int32,
    acceptedCompressionTypes: arrayOf(int8),
    pushIntervalMs: int32,
    telemetryMaxBytes: int32,
    deltaTemporality: bool,
    requestedMetrics: arrayOf(string),
  })),
} as const
