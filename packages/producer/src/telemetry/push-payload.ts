import type { TelemetrySubscription } from '../sending-half/telemetry-channel.js'
import { encodeMetricsData, type MetricsSnapshot, type TimedMetric } from './metrics-data.js'
import { pushCodec } from './push-codec.js'

/** The metrics of a push as they are sent. */
export interface PushPayload {
  readonly compressionType: number
  readonly metrics: Uint8Array
}

/**
 * Encodes and compresses a snapshot. Where that is too large for the broker, figures of single topics and brokers are left out.
 *
 * @returns null where even that is too large
 */
export function pushPayload(
  snapshot: MetricsSnapshot,
  subscription: TelemetrySubscription,
): PushPayload | null {
  const { acceptedCompressionTypes, telemetryMaxBytes } = subscription
  const codec = pushCodec(acceptedCompressionTypes)
  for (const metrics of [snapshot.metrics, snapshot.metrics.filter(isOfWholeProducer)]) {
    const compressed = codec.compress(encodeMetricsData({ ...snapshot, metrics }))
    if (compressed.length <= telemetryMaxBytes)
      return { compressionType: codec.id, metrics: compressed }
  }
  return null
}

function isOfWholeProducer({ labels = {} }: TimedMetric): boolean {
  return Object.keys(labels).length === 0
}
