import type { ProducerMetrics, ProducerStatus } from '@sluice/producer'

/** What is read of a producer: `createProducer` gives one that has all of it. */
export interface ObservedProducer {
  /** What it has done, and what it holds. It is called once for each collection. */
  metrics(): ObservedMetrics
  /** How it is doing. `closed` ends the observation. */
  status(): ObservedStatus
}

/** What is read of the status of a producer. */
export type ObservedStatus = Pick<ProducerStatus, 'ready' | 'reason'>

/** What is read of the metrics of a producer: no averages, and no figures of single brokers and topics. */
export type ObservedMetrics = Pick<
  ProducerMetrics,
  | 'recordSendTotal'
  | 'recordAckTotal'
  | 'recordErrors'
  | 'recordRetryTotal'
  | 'recordsPending'
  | 'oldestPendingMs'
  | 'waitingRecords'
  | 'waitingBytes'
  | 'batchSplitTotal'
  | 'requestTotal'
  | 'requestErrorTotal'
  | 'requestsInFlight'
  | 'outgoingByteTotal'
  | 'incomingByteTotal'
  | 'connectionCount'
  | 'connectionCreationTotal'
  | 'connectionCloseTotal'
  | 'connectionFailureTotal'
  | 'metadataAgeMs'
  | 'bufferTotalBytes'
  | 'bufferAvailableBytes'
>
