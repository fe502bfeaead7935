import type { TelemetrySubscription } from '../sending-half/telemetry-channel.js'
import { encodeMetricsData, type MetricsSnapshot } from './metrics-data.js'
import { pushCodec } from './push-codec.js'
import type { TelemetryMetric } from './telemetry-metric.js'

/** The metrics of a push as they are sent. */
export interface PushPayload {
  readonly compressionType: number
  readonly metrics: Uint8Array
  /** Whether figures of single topics and brokers were left out. */
  readonly ofWholeProducer: boolean
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
  for (const ofWholeProducer of [false, true]) {
    const metrics = ofWholeProducer ? snapshot.metrics.filter(isOfWholeProducer) : snapshot.metrics
    const compressed = codec.compress(encodeMetricsData({ ...snapshot, metrics }))
    if (compressed.length <= telemetryMaxBytes)
      return { compressionType: codec.id, metrics: compressed, ofWholeProducer }
  }
  return null
}

/** Whether a figure is of the producer itself, not of one topic or one broker. */
export function isOfWholeProducer({ labels = {} }: TelemetryMetric): boolean {
  return Object.keys(labels).length === 0
}
