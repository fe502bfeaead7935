import type { ObservedMetrics, ObservedProducer, ObservedStatus } from '../src/index.js'

/** A producer whose figures a test sets. */
export class FakeProducer implements ObservedProducer {
  figures: ObservedMetrics = {
    recordSendTotal: 10,
    recordAckTotal: 5,
    recordErrors: { DELIVERY_TIMEOUT: 2, BUFFER_FULL: 1 },
    recordRetryTotal: 4,
    recordsPending: 2,
    oldestPendingMs: 1_500,
    waitingRecords: 1,
    waitingBytes: 100,
    batchSplitTotal: 3,
    requestTotal: 20,
    requestErrorTotal: 6,
    requestsInFlight: 7,
    outgoingByteTotal: 1_000,
    incomingByteTotal: 2_000,
    connectionCount: 3,
    connectionCreationTotal: 8,
    connectionCloseTotal: 9,
    connectionFailureTotal: 11,
    metadataAgeMs: 2_500,
    bufferTotalBytes: 32_000,
    bufferAvailableBytes: 31_000,
  }
  ready = true
  reason: ObservedStatus['reason'] = 'ready'

  metrics(): ObservedMetrics {
    return this.figures
  }

  status(): ObservedStatus {
    return { ready: this.ready, reason: this.reason }
  }

  close(): void {
    this.ready = false
    this.reason = 'closed'
    const { oldestPendingMs: _, ...others } = this.figures
    this.figures = { ...others, recordsPending: 0, connectionCount: 0 }
  }
}
