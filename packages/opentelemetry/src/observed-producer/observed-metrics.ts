/** What is read of a producer: `createProducer` gives one that has all of it. */
export interface ObservedProducer {
  /** What it has done, and what it holds. It is called once for each collection. */
  metrics(): ObservedMetrics
  /** How it is doing. */
  status(): ObservedStatus
}

/** What is read of the status of a producer. */
export interface ObservedStatus {
  /** Whether a record that is sent now can be expected to arrive. */
  readonly ready: boolean
  /** `closed` ends the observation. */
  readonly reason: string
}

/** What is read of the metrics of a producer. Totals count from its beginning. */
export interface ObservedMetrics {
  /** Records that were handed over. */
  readonly recordSendTotal: number
  /** Records that were acknowledged. */
  readonly recordAckTotal: number
  /** Records that have failed, by the code of the error. */
  readonly recordErrors: Readonly<Record<string, number | undefined>>
  /** Records that were sent again. */
  readonly recordRetryTotal: number
  /** Records without a known end. */
  readonly recordsPending: number
  /** For how long the oldest of them has been pending, in ms. */
  readonly oldestPendingMs?: number
  /** Records that wait for metadata or memory. */
  readonly waitingRecords: number
  /** How many bytes these hold. */
  readonly waitingBytes: number
  /** Batches that were split. */
  readonly batchSplitTotal: number
  /** Requests that have ended. */
  readonly requestTotal: number
  /** Requests that were not answered. */
  readonly requestErrorTotal: number
  /** Produce requests on their way. */
  readonly requestsInFlight: number
  /** Bytes of requests. */
  readonly outgoingByteTotal: number
  /** Bytes of answers. */
  readonly incomingByteTotal: number
  /** Connections that are ready. */
  readonly connectionCount: number
  /** Connections that became ready. */
  readonly connectionCreationTotal: number
  /** Connections that were closed. */
  readonly connectionCloseTotal: number
  /** Connections that could not be made. */
  readonly connectionFailureTotal: number
  /** The age of the newest metadata, in ms. */
  readonly metadataAgeMs?: number
  /** Memory for records, in bytes. */
  readonly bufferTotalBytes: number
  /** How much of it is free, in bytes. */
  readonly bufferAvailableBytes: number
}
