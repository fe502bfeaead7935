import type { ObservedMetrics } from './observed-metrics.js'

/** One metric of a producer. */
export interface Figure {
  /** Behind `sluice.producer.`: the conventions keep names of their own. */
  readonly name: string
  /** A total that only grows, a level that can be summed up over producers, or a value that cannot. */
  readonly kind: 'total' | 'level' | 'value'
  readonly unit: string
  readonly description: string
  /** @returns undefined where there is nothing to tell yet */
  read(metrics: ObservedMetrics): number | undefined
}

function figure(kind: Figure['kind'], unit: string) {
  return (name: string, description: string, read: Figure['read']): Figure => {
    return { name, kind, unit, description, read }
  }
}

const recordTotal = figure('total', '{record}')
const recordLevel = figure('level', '{record}')
const requestTotal = figure('total', '{request}')
const connectionTotal = figure('total', '{connection}')
const byteTotal = figure('total', 'By')
const byteLevel = figure('level', 'By')
const seconds = figure('value', 's')

/**
 * Totals, and how things are at this moment. Averages and percentiles of a window are left out: an SDK repeats the last value
 * where there is none, so that an old value would pass for a new one.
 */
export const figures: readonly Figure[] = [
  recordTotal('records.sent', 'Records that were handed over.', (of) => of.recordSendTotal),
  recordTotal('records.acknowledged', 'Records that are in the log.', (of) => of.recordAckTotal),
  recordTotal('records.retried', 'Records that were sent again.', (of) => of.recordRetryTotal),
  recordLevel('records.pending', 'Records without a known end.', (of) => of.recordsPending),
  recordLevel(
    'records.waiting',
    'Records that wait for metadata or memory.',
    (of) => of.waitingRecords,
  ),
  seconds(
    'records.oldest_age',
    'For how long the oldest record has been pending. 0 where none is.',
    (of) => (of.oldestPendingMs ?? 0) / 1_000,
  ),
  figure('total', '{batch}')(
    'batches.split',
    'Batches that were too large for their topic.',
    (of) => of.batchSplitTotal,
  ),
  requestTotal('requests.ended', 'Requests that have ended.', (of) => of.requestTotal),
  requestTotal('requests.failed', 'Requests without an answer.', (of) => of.requestErrorTotal),
  figure('level', '{request}')(
    'requests.in_flight',
    'Produce requests on their way.',
    (of) => of.requestsInFlight,
  ),
  byteTotal('bytes.sent', 'Bytes of requests.', (of) => of.outgoingByteTotal),
  byteTotal('bytes.received', 'Bytes of answers.', (of) => of.incomingByteTotal),
  figure('level', '{connection}')(
    'connections.open',
    'Connections that are ready.',
    (of) => of.connectionCount,
  ),
  connectionTotal(
    'connections.made',
    'Connections that became ready.',
    (of) => of.connectionCreationTotal,
  ),
  connectionTotal(
    'connections.closed',
    'Connections that were closed.',
    (of) => of.connectionCloseTotal,
  ),
  connectionTotal(
    'connections.failed',
    'Connections that could not be made.',
    (of) => of.connectionFailureTotal,
  ),
  byteLevel('buffer.limit', 'Memory for records.', (of) => of.bufferTotalBytes),
  byteLevel('buffer.available', 'Free memory for records.', (of) => of.bufferAvailableBytes),
  byteLevel('buffer.waiting', 'Bytes of records that wait, beside it.', (of) => of.waitingBytes),
  seconds('metadata.age', 'The age of the newest metadata.', (of) =>
    of.metadataAgeMs === undefined ? undefined : of.metadataAgeMs / 1_000,
  ),
]
