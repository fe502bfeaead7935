import type { QueueFigures } from '@sluice/accumulator'
import type { ErrorCode } from '@sluice/protocol'

/**
 * What a producer has done, and what it holds. Totals count from the beginning of the producer. Averages, maxima and
 * percentiles are of the last minute, and are left out where nothing was measured in it. There are no rates: take the
 * difference of two totals. All numbers are finite, so JSON holds the same. `docs/metrics.md` has Java's name of each.
 */
export interface ProducerMetrics {
  /** Records that were handed over by calls of any kind. It is the sum of the next three. */
  readonly recordSendTotal: number
  /** Records whose callers were told where they are in the log. */
  readonly recordAckTotal: number
  /** Records whose callers were told of a failure, those included that never came into a batch. */
  readonly recordErrorTotal: number
  /** Records whose callers have not been told of their end. */
  readonly recordsPending: number
  /** `recordErrorTotal` by the code of the failure. A code that was never told is left out. */
  readonly recordErrors: Readonly<Partial<Record<ErrorCode, number>>>
  /** Records of batches that are sent again, once for each time. */
  readonly recordRetryTotal: number
  /** Batches that were split, because they were too large for their topic. */
  readonly batchSplitTotal: number
  /** The average size of a record in its batch, in bytes, before compression. */
  readonly recordSizeAvg?: number
  /** The average size of a batch on the wire, in bytes, without its header of 61 bytes. */
  readonly batchSizeAvg?: number
  /** The size of the largest batch, in the same bytes. */
  readonly batchSizeMax?: number
  /** What compression leaves of a batch, from 0 to 1, on average. Absent without `compression`, too. */
  readonly compressionRateAvg?: number
  /** From the first record of a batch to the hand-over of its first request, in ms, on average. `lingerMs` is part of it. */
  readonly recordQueueTimeAvg?: number
  /** The longest such time, in ms. */
  readonly recordQueueTimeMax?: number
  /** The time below which half of the batches were handed over, in ms: at most an eighth too high, as all percentiles. */
  readonly recordQueueTimeP50?: number
  /** The same for 95 of 100 batches. */
  readonly recordQueueTimeP95?: number
  /** The same for 99 of 100 batches. */
  readonly recordQueueTimeP99?: number
  /** From the write of a Produce request to its answer, in ms, on average. Absent with `acks: 0`, too. */
  readonly requestLatencyAvg?: number
  /** The longest such time, in ms. */
  readonly requestLatencyMax?: number
  /** The time below which half of the Produce requests were answered, in ms. */
  readonly requestLatencyP50?: number
  /** The same for 95 of 100 requests. */
  readonly requestLatencyP95?: number
  /** The same for 99 of 100 requests. */
  readonly requestLatencyP99?: number
  /** Records in a Produce request, on average. */
  readonly recordsPerRequestAvg?: number
  /** For how many ms a broker has asked to be sent nothing, on average of all answers to Produce requests. */
  readonly produceThrottleTimeAvg?: number
  /** The longest such time, in ms. */
  readonly produceThrottleTimeMax?: number
  /** Produce requests that are on their way now. */
  readonly requestsInFlight: number
  /** Requests of any kind that have ended. */
  readonly requestTotal: number
  /** Requests of any kind that were not answered. An answer that refuses a batch is an answer. */
  readonly requestErrorTotal: number
  /** Bytes of all requests. */
  readonly outgoingByteTotal: number
  /** Bytes of all answers. */
  readonly incomingByteTotal: number
  /** Connections that are ready now. */
  readonly connectionCount: number
  /** Connections that became ready. */
  readonly connectionCreationTotal: number
  /** Connections that were ready and are closed. */
  readonly connectionCloseTotal: number
  /** Connections that could not be made. */
  readonly connectionFailureTotal: number
  /** The age of the newest answer to a question for metadata, in ms. Absent before the first one. */
  readonly metadataAgeMs?: number
  /** All memory for records, in bytes: `bufferBytes`. */
  readonly bufferTotalBytes: number
  /** How much of it is free, in bytes. */
  readonly bufferAvailableBytes: number
  /** Records that were refused because there was no room: those with BUFFER_FULL among `recordErrors`. */
  readonly bufferExhaustedTotal: number
  /** Records that wait for metadata or memory now. They are pending, too. */
  readonly waitingRecords: number
  /** How many bytes these hold, beside `bufferTotalBytes`. */
  readonly waitingBytes: number
  /** For how long the oldest record has been pending, in ms: since its batch was opened, or it began to wait. Absent where none is. */
  readonly oldestPendingMs?: number
  /** By the id of the broker. A broker without a connection and a request for five minutes is left out. 256 brokers at most. */
  readonly brokers: Readonly<Record<string, BrokerMetrics>>
  /** By the name of the topic. A topic without a batch for five minutes is left out, and begins with 0 when it comes back. */
  readonly topics: Readonly<Record<string, TopicMetrics>>
  /** What topics have done for which there was no place among the 1 000 of `topics`. */
  readonly otherTopics: TopicMetrics
  /** The number that this producer has in the messages of the diagnostics channels. */
  readonly producer: number
  /** What is in batches now, by partition. Absent unless it is asked for, and where the front cannot tell. */
  readonly queues?: readonly QueueFigures[]
}

/** What a producer has done with one broker. */
export interface BrokerMetrics {
  /** Connections that are ready now: 0 or 1, and 2 for a moment. */
  readonly connectionCount: number
  /** Produce requests that are on their way now. */
  readonly requestsInFlight: number
  /** Requests of any kind that have ended. */
  readonly requestTotal: number
  /** Requests of any kind that were not answered. */
  readonly requestErrorTotal: number
  /** Bytes of all requests. */
  readonly outgoingByteTotal: number
  /** Bytes of all answers. */
  readonly incomingByteTotal: number
  /** From the write of a Produce request to its answer, in ms, on average. */
  readonly requestLatencyAvg?: number
  /** The longest such time, in ms. */
  readonly requestLatencyMax?: number
  /** For how many ms it has asked to be sent nothing, on average of all answers to Produce requests. */
  readonly produceThrottleTimeAvg?: number
  /** The longest such time, in ms. */
  readonly produceThrottleTimeMax?: number
}

/** What became of the records of one topic that came into a batch, whether their callers were still waiting or not. */
export interface TopicMetrics {
  /** Records in batches that were closed to further records. */
  readonly recordSendTotal: number
  /** Records that are in the log. */
  readonly recordAckTotal: number
  /** Records that have failed. Records that failed before they came into a batch are not among them. */
  readonly recordErrorTotal: number
  /** Records of batches that are sent again, once for each time. */
  readonly recordRetryTotal: number
  /** Bytes of the batches that were closed to further records, before compression. */
  readonly byteTotal: number
  /** What compression leaves of a batch, from 0 to 1, on average. Absent without `compression`, too. */
  readonly compressionRateAvg?: number
}
