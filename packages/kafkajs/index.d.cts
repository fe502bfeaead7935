import type {
  KafkaJSConnectionError,
  KafkaJSError,
  KafkaJSNonRetriableError,
  KafkaJSProtocolError,
  RecordMetadata,
} from 'kafkajs-original'

export * from 'kafkajs-original'

/* What kafkajs exports without a type. */

export class KafkaJSConnectionClosedError extends KafkaJSConnectionError {
  readonly host: string
  readonly port: number
  constructor(e: Error | string, details?: { host?: string; port?: number })
}

export class KafkaJSMemberIdRequired extends KafkaJSProtocolError {
  readonly memberId: string
  constructor(e: Error | string, details: { memberId: string })
}

export class KafkaJSCreateTopicError extends KafkaJSProtocolError {
  readonly topic: string
  constructor(e: Error | string, topicName: string)
}

export class KafkaJSNoBrokerAvailableError extends KafkaJSError {
  constructor()
}

export class KafkaJSInvariantViolation extends KafkaJSNonRetriableError {}

export class KafkaJSInvalidVarIntError extends KafkaJSNonRetriableError {}

export class KafkaJSInvalidLongError extends KafkaJSNonRetriableError {}

export class KafkaJSFetcherRebalanceError extends Error {}

/* What the errors of this producer tell besides. */

/** On an error of `send` and `sendBatch` where a part of the records is in the log. */
export interface PartialFailure {
  /** What is in the log, as a call that succeeds tells it. */
  readonly results: RecordMetadata[]
  /** What is not, or not surely: one failure for each partition. */
  readonly errors: PartitionFailure[]
}

/** Why the records of one partition are not in the log, or not surely. */
export interface PartitionFailure {
  /** The name of the topic. */
  topicName: string
  /** The number of the partition. */
  partition: number
  /** An error as kafkajs has it. */
  error: unknown
}
