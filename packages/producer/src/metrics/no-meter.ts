import type { ProducerMeter } from './producer-meter.js'

/** Stands for a meter where the runtime of a composed producer has none: nothing was told. */
export const noMeter: ProducerMeter = {
  figures: () => ({
    recordRetryTotal: 0,
    batchSplitTotal: 0,
    requestsInFlight: 0,
    requestTotal: 0,
    requestErrorTotal: 0,
    outgoingByteTotal: 0,
    incomingByteTotal: 0,
    connectionCount: 0,
    connectionCreationTotal: 0,
    connectionCloseTotal: 0,
    connectionFailureTotal: 0,
    brokers: {},
    topics: {},
    otherTopics: {
      recordSendTotal: 0,
      recordAckTotal: 0,
      recordErrorTotal: 0,
      recordRetryTotal: 0,
      byteTotal: 0,
    },
  }),
  standing: () => ({ connectedBrokers: [], wasConnected: false, failure: null, answeredAt: 0 }),
}
