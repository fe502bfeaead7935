import { ProtobufWriter } from './protobuf-writer.js'
import type { TelemetryMetric } from './telemetry-metric.js'

/** A metric with the time that it is about. */
export interface TimedMetric extends TelemetryMetric {
  /** Milliseconds since 1970. For a total: since when it counts. */
  readonly sinceMs: number
}

/** Figures of one moment. */
export interface MetricsSnapshot {
  readonly metrics: readonly TimedMetric[]
  /** Milliseconds since 1970. */
  readonly atMs: number
  /** Whether totals count from the last push, not from the beginning. */
  readonly isDelta: boolean
  /** What is true of the client, such as `{ client_rack: 'a' }`. */
  readonly resource: Readonly<Record<string, string>>
}

/** Of `AggregationTemporality`. */
const temporality = { delta: 1, cumulative: 2 } as const

/** The fields of OpenTelemetry's `metrics.proto`, version 1, that are written. */
const field = {
  metricsData: { resourceMetrics: 1 },
  resourceMetrics: { resource: 1, scopeMetrics: 2 },
  resource: { attributes: 1 },
  scopeMetrics: { scope: 1, metrics: 2 },
  metric: { name: 1, gauge: 5, sum: 7 },
  gauge: { dataPoints: 1 },
  sum: { dataPoints: 1, aggregationTemporality: 2, isMonotonic: 3 },
  point: { startTime: 2, time: 3, asDouble: 4, attributes: 7 },
  keyValue: { key: 1, value: 2 },
  anyValue: { text: 1 },
} as const

/** Encodes a snapshot as OpenTelemetry's `MetricsData`. */
export function encodeMetricsData(snapshot: MetricsSnapshot): Uint8Array {
  const data = new ProtobufWriter()
  data.message(field.metricsData.resourceMetrics, (resourceMetrics) => {
    resourceMetrics.message(field.resourceMetrics.resource, (resource) =>
      writeLabels(resource, field.resource.attributes, snapshot.resource),
    )
    resourceMetrics.message(field.resourceMetrics.scopeMetrics, (scopeMetrics) => {
      scopeMetrics.message(field.scopeMetrics.scope, () => {})
      for (const metric of snapshot.metrics)
        scopeMetrics.message(field.scopeMetrics.metrics, (one) =>
          writeMetric(one, metric, snapshot),
        )
    })
  })
  return data.finish()
}

function writeMetric(
  message: ProtobufWriter,
  metric: TimedMetric,
  { atMs, isDelta }: MetricsSnapshot,
): void {
  message.text(field.metric.name, metric.name)
  if (!metric.isTotal)
    return message.message(field.metric.gauge, (gauge) =>
      gauge.message(field.gauge.dataPoints, (point) => writePoint(point, metric, atMs)),
    )
  message.message(field.metric.sum, (sum) => {
    sum.message(field.sum.dataPoints, (point) => writePoint(point, metric, atMs))
    sum.varint(
      field.sum.aggregationTemporality,
      isDelta ? temporality.delta : temporality.cumulative,
    )
    sum.varint(field.sum.isMonotonic, 1)
  })
}

function writePoint(point: ProtobufWriter, metric: TimedMetric, atMs: number): void {
  const { isTotal, labels = {}, sinceMs, value } = metric
  if (isTotal) point.fixed64(field.point.startTime, nanoseconds(sinceMs))
  point.fixed64(field.point.time, nanoseconds(atMs))
  point.double(field.point.asDouble, value)
  writeLabels(point, field.point.attributes, labels)
}

function writeLabels(
  message: ProtobufWriter,
  attributes: number,
  labels: Readonly<Record<string, string>>,
): void {
  for (const [key, value] of Object.entries(labels))
    message.message(attributes, (attribute) => {
      attribute.text(field.keyValue.key, key)
      attribute.message(field.keyValue.value, (any) => any.text(field.anyValue.text, value))
    })
}

function nanoseconds(ms: number): bigint {
  return BigInt(Math.trunc(ms)) * 1_000_000n
}
