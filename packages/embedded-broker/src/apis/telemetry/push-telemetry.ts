import { errorNumberOf, pushTelemetryApi, type RequestOf } from '@sluice/protocol'
import type { AnswerOf, ApiHandler } from '../api-handler.js'

type Request = RequestOf<typeof pushTelemetryApi>
type Answer = AnswerOf<typeof pushTelemetryApi>

/** PushTelemetry, version 0: keeps what clients push, as they push it. Without the option `telemetry`, brokers do not have it. */
export const pushTelemetry: ApiHandler<Request, Answer> = {
  api: pushTelemetryApi,
  isOffered: ({ clientMetrics }) => clientMetrics !== null,
  handle(request, { nodeId, state }) {
    const error = state.clientMetrics!.pushed(nodeId, request)
    return { throttleTimeMs: 0, errorCode: error === null ? 0 : errorNumberOf(error) }
  },
}
