import type { ProducerMetrics, ProducerStatus, TopicMetrics } from '@sluice/producer'

/** What a producer tells of itself when the page is read. */
export interface Told {
  readonly metrics: ProducerMetrics
  readonly status: ProducerStatus
}

/** The labels of a series beside the producer's name, and its value. What was not measured has none, and no series. */
export type Sample = readonly [labels: Record<string, string>, value: number | undefined]

/** One metric of the page. All series of a metric have the same labels, as Prometheus demands. */
export interface Figure {
  readonly kind: 'counter' | 'gauge'
  /** Behind `sluice_producer_`. */
  readonly name: string
  readonly help: string
  readonly labels: readonly string[]
  readonly samples: (told: Told) => Iterable<Sample>
}

/** Times are seconds and shares are from 0 to 1, as Prometheus has them. Add what you want to see: docs/metrics.md has all figures. */
export const figures: readonly Figure[] = [
  total('records_total', 'Records handed over', (m) => m.recordSendTotal),
  total('records_acknowledged_total', 'Records that are in the log', (m) => m.recordAckTotal),
  total('record_retries_total', 'Records that were sent again', (m) => m.recordRetryTotal),
  {
    kind: 'counter',
    name: 'record_errors_total',
    help: 'Records that failed, by the code of the error',
    labels: ['code'],
    samples: ({ metrics }) =>
      Object.entries(metrics.recordErrors).map(([code, count]) => [{ code }, count]),
  },
  total('requests_total', 'Requests of any kind that have ended', (m) => m.requestTotal),
  total('request_errors_total', 'Requests that were not answered', (m) => m.requestErrorTotal),
  total('sent_bytes_total', 'Bytes of all requests', (m) => m.outgoingByteTotal),
  now('records_pending', 'Records without an end', (m) => m.recordsPending),
  now('records_waiting', 'Records that wait for metadata or memory', (m) => m.waitingRecords),
  now('oldest_pending_seconds', 'Age of the oldest record', (m) => seconds(m.oldestPendingMs)),
  now('buffer_available_bytes', 'Free memory for records', (m) => m.bufferAvailableBytes),
  now('connections', 'Connections that are ready', (m) => m.connectionCount),
  now('compression_ratio', 'What compression leaves of a batch', (m) => m.compressionRateAvg),
  quantiles('request_latency_seconds', 'From the write of a Produce request to its answer', (m) => [
    m.requestLatencyP50,
    m.requestLatencyP95,
    m.requestLatencyP99,
  ]),
  quantiles('queue_time_seconds', 'From the first record of a batch to its request', (m) => [
    m.recordQueueTimeP50,
    m.recordQueueTimeP95,
    m.recordQueueTimeP99,
  ]),
  {
    kind: 'gauge',
    name: 'ready',
    help: '1 where the producer can deliver, by the reason that status() tells',
    labels: ['reason'],
    samples: ({ status: { ready, reason } }) => [[{ reason }, ready ? 1 : 0]],
  },
  ofTopics(
    'topic_records_acknowledged_total',
    'Records of a topic that are in the log',
    (t) => t.recordAckTotal,
  ),
  ofTopics(
    'topic_record_errors_total',
    'Records of a topic that failed in a batch',
    (t) => t.recordErrorTotal,
  ),
  {
    kind: 'counter',
    name: 'broker_request_errors_total',
    help: 'Requests that a broker has not answered',
    labels: ['broker'],
    samples: ({ metrics }) =>
      Object.entries(metrics.brokers).map(([broker, { requestErrorTotal }]) => [
        { broker },
        requestErrorTotal,
      ]),
  },
]

type Read = (metrics: ProducerMetrics) => number | undefined

function total(name: string, help: string, read: Read): Figure {
  return {
    kind: 'counter',
    name,
    help,
    labels: [],
    samples: ({ metrics }) => [[{}, read(metrics)]],
  }
}

function now(name: string, help: string, read: Read): Figure {
  return { kind: 'gauge', name, help, labels: [], samples: ({ metrics }) => [[{}, read(metrics)]] }
}

/** Of the last minute. */
function quantiles(
  name: string,
  help: string,
  read: (metrics: ProducerMetrics) => readonly (number | undefined)[],
): Figure {
  return {
    kind: 'gauge',
    name,
    help,
    labels: ['quantile'],
    samples: ({ metrics }) =>
      read(metrics).map((ms, at) => [{ quantile: ['0.5', '0.95', '0.99'][at]! }, seconds(ms)]),
  }
}

/** A thousand topics at most; the others share the series of a name that no topic can have. */
function ofTopics(name: string, help: string, read: (topic: TopicMetrics) => number): Figure {
  return {
    kind: 'counter',
    name,
    help,
    labels: ['topic'],
    samples: ({ metrics: { topics, otherTopics } }) => [
      ...Object.entries(topics).map(([topic, one]): Sample => [{ topic }, read(one)]),
      [{ topic: '(others)' }, read(otherTopics)],
    ],
  }
}

function seconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1_000
}
