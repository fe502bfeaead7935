import { type BrokerSlot, slot } from './measures/broker-slot.js'
import { type SendingMeasures, total } from './measures/sending-measures.js'
import type { SlidingWindow } from './measures/sliding-window.js'
import type { MeteredFigures } from './producer-meter.js'
import type { BrokerMetrics, TopicMetrics } from './producer-metrics.js'
import type { TopicTotal, TopicTotals } from './topic-totals.js'

/** What a meter has measured. */
export interface MeterParts {
  readonly sending: SendingMeasures
  readonly topics: TopicTotals
  readonly recordSize: SlidingWindow
  readonly compressionRate: SlidingWindow
  readonly recordRetryTotal: number
  readonly batchSplitTotal: number
}

/** The figures at this time, in monotonic milliseconds. */
export function meteredFigures(meter: MeterParts, now: number): MeteredFigures {
  const { sending, topics, recordRetryTotal, batchSplitTotal } = meter
  const brokers = sending.brokers.inUse(now).map((one) => [one.id, brokerFigures(one, now)])
  const ofTopics = [...topics.inUse(now)].map(([name, one]) => [name, topicFigures(one, now)])
  return {
    recordRetryTotal,
    batchSplitTotal,
    ...batchFigures(meter, now),
    ...queueTimeFigures(sending, now),
    ...requestFigures(sending, now),
    ...connectionFigures(sending, now),
    brokers: Object.fromEntries(brokers),
    topics: Object.fromEntries(ofTopics),
    otherTopics: topicFigures(topics.others, now),
  }
}

function batchFigures({ sending, recordSize, compressionRate }: MeterParts, now: number) {
  const records = recordSize.read(now)
  const batches = sending.batchSize.read(now)
  const rate = compressionRate.read(now)
  return {
    ...(records && { recordSizeAvg: records.avg }),
    ...(batches && { batchSizeAvg: batches.avg, batchSizeMax: batches.max }),
    ...(rate && { compressionRateAvg: rate.avg }),
  }
}

function queueTimeFigures({ queueTime }: SendingMeasures, now: number) {
  const times = queueTime.read(now)
  return (
    times && {
      recordQueueTimeAvg: times.avg,
      recordQueueTimeMax: times.max,
      recordQueueTimeP50: times.percentile(0.5),
      recordQueueTimeP95: times.percentile(0.95),
      recordQueueTimeP99: times.percentile(0.99),
    }
  )
}

function requestFigures(sending: SendingMeasures, now: number) {
  const { requestLatency, recordsPerRequest, throttleTime, totals } = sending
  const latency = requestLatency.read(now)
  const records = recordsPerRequest.read(now)
  return {
    ...(latency && {
      requestLatencyAvg: latency.avg,
      requestLatencyMax: latency.max,
      requestLatencyP50: latency.percentile(0.5),
      requestLatencyP95: latency.percentile(0.95),
      requestLatencyP99: latency.percentile(0.99),
    }),
    ...(records && { recordsPerRequestAvg: records.avg }),
    ...throttleFigures(throttleTime, now),
    requestsInFlight: totals[total.inFlight]!,
    requestTotal: totals[total.requestTotal]!,
    requestErrorTotal: totals[total.requestErrorTotal]!,
    outgoingByteTotal: totals[total.outgoingByteTotal]!,
    incomingByteTotal: totals[total.incomingByteTotal]!,
  }
}

function connectionFigures(sending: SendingMeasures, now: number) {
  const { totals } = sending
  const age = sending.metadataAgeMs(now)
  return {
    connectionCount: totals[total.connections]!,
    connectionCreationTotal: totals[total.connectionCreationTotal]!,
    connectionCloseTotal: totals[total.connectionCloseTotal]!,
    connectionFailureTotal: totals[total.connectionFailureTotal]!,
    ...(age !== undefined && { metadataAgeMs: age }),
  }
}

function brokerFigures({ cells, latency, throttle }: BrokerSlot, now: number): BrokerMetrics {
  const times = latency.read(now)
  return {
    connectionCount: cells[slot.connections]!,
    requestsInFlight: cells[slot.inFlight]!,
    requestTotal: cells[slot.requestTotal]!,
    requestErrorTotal: cells[slot.requestErrorTotal]!,
    outgoingByteTotal: cells[slot.outgoingByteTotal]!,
    incomingByteTotal: cells[slot.incomingByteTotal]!,
    ...(times && { requestLatencyAvg: times.avg, requestLatencyMax: times.max }),
    ...throttleFigures(throttle, now),
  }
}

function throttleFigures(window: BrokerSlot['throttle'], now: number) {
  const times = window.read(now)
  return times && { produceThrottleTimeAvg: times.avg, produceThrottleTimeMax: times.max }
}

function topicFigures(topic: TopicTotal, now: number): TopicMetrics {
  const { recordSendTotal, recordAckTotal, recordErrorTotal, recordRetryTotal, byteTotal } = topic
  const totals = { recordSendTotal, recordAckTotal, recordErrorTotal, recordRetryTotal, byteTotal }
  const rate = topic.compressionRate?.read(now)
  return { ...totals, ...(rate && { compressionRateAvg: rate.avg }) }
}
