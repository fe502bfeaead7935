import type { BrokerMetrics, ProducerMetrics, TopicMetrics } from '../metrics/producer-metrics.js'
import type { TelemetryMetric } from './telemetry-metric.js'

/** The figures that Java's producer has under the same names, so that operators find all clients in one place. */
const ofProducer = [
  'recordSendTotal',
  'recordErrorTotal',
  'recordRetryTotal',
  'recordSizeAvg',
  'recordQueueTimeAvg',
  'recordQueueTimeMax',
  'recordsPerRequestAvg',
  'batchSizeAvg',
  'batchSizeMax',
  'batchSplitTotal',
  'compressionRateAvg',
  'requestLatencyAvg',
  'requestLatencyMax',
  'requestsInFlight',
  'requestTotal',
  'produceThrottleTimeAvg',
  'produceThrottleTimeMax',
  'outgoingByteTotal',
  'incomingByteTotal',
  'connectionCount',
  'connectionCreationTotal',
  'connectionCloseTotal',
  'bufferTotalBytes',
  'bufferAvailableBytes',
  'bufferExhaustedTotal',
] as const satisfies readonly (keyof ProducerMetrics)[]

const ofBroker = [
  'requestLatencyAvg',
  'requestLatencyMax',
  'requestTotal',
  'outgoingByteTotal',
  'incomingByteTotal',
] as const satisfies readonly (keyof BrokerMetrics)[]

const ofTopic = [
  'recordSendTotal',
  'recordErrorTotal',
  'recordRetryTotal',
  'byteTotal',
] as const satisfies readonly (keyof TopicMetrics)[]

const prefix = 'org.apache.kafka.producer'

/** The metrics under the names of KIP-714 and KIP-1076. A figure that is absent is left out. */
export function telemetryMetrics(metrics: ProducerMetrics): TelemetryMetric[] {
  const nodes = Object.entries(metrics.brokers).flatMap(([node_id, broker]) =>
    named(`${prefix}.node`, ofBroker, broker, { node_id }),
  )
  const topics = Object.entries(metrics.topics).flatMap(([topic, figures]) =>
    named(`${prefix}.topic`, ofTopic, figures, { topic }),
  )
  return [...named(prefix, ofProducer, metrics), ...nodes, ...topics]
}

function named<Name extends string>(
  group: string,
  names: readonly Name[],
  figures: Readonly<Partial<Record<Name, unknown>>>,
  labels?: Readonly<Record<string, string>>,
): TelemetryMetric[] {
  return names.flatMap((name) => {
    const value = figures[name]
    if (typeof value !== 'number') return []
    const metric = { name: `${group}.${dotted(name)}`, value, isTotal: name.endsWith('Total') }
    return [labels === undefined ? metric : { ...metric, labels }]
  })
}

/** `recordSendTotal` is `record.send.total`. */
function dotted(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `.${letter.toLowerCase()}`)
}
