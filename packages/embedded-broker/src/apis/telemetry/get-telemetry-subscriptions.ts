import {
  errorNumberOf,
  getTelemetrySubscriptionsApi,
  type RequestOf,
  zeroUuid,
} from '@sluice/protocol'
import type { AnswerOf, ApiHandler } from '../api-handler.js'

type Request = RequestOf<typeof getTelemetrySubscriptionsApi>
type Answer = AnswerOf<typeof getTelemetrySubscriptionsApi>

const none = {
  throttleTimeMs: 0,
  clientInstanceId: zeroUuid,
  subscriptionId: 0,
  acceptedCompressionTypes: [],
  pushIntervalMs: 0,
  telemetryMaxBytes: 0,
  deltaTemporality: false,
  requestedMetrics: [],
}

/** GetTelemetrySubscriptions, version 0: what the option `telemetry` wants. Without the option, brokers do not have it. */
export const getTelemetrySubscriptions: ApiHandler<Request, Answer> = {
  api: getTelemetrySubscriptionsApi,
  isOffered: ({ clientMetrics }) => clientMetrics !== null,
  handle({ clientInstanceId }, { state }) {
    const clientMetrics = state.clientMetrics!
    const asked = clientMetrics.asked(clientInstanceId)
    if (typeof asked === 'string') return { ...none, errorCode: errorNumberOf(asked) }
    const { compressionTypes, deltaTemporality, maxBytes, metrics, pushIntervalMs } =
      clientMetrics.subscription
    return {
      throttleTimeMs: 0,
      errorCode: 0,
      clientInstanceId: asked.id,
      subscriptionId: clientMetrics.subscriptionId,
      acceptedCompressionTypes: [...compressionTypes],
      pushIntervalMs,
      telemetryMaxBytes: maxBytes,
      deltaTemporality,
      requestedMetrics: [...metrics],
    }
  },
}
