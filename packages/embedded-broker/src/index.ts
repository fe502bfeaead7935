/**
 * A Kafka cluster inside your process, over real TCP or in memory, for tests and demos.
 *
 * @packageDocumentation
 */
export { createEmbeddedCluster } from './create-embedded-cluster.js'
export type {
  EmbeddedClientStream,
  EmbeddedListen,
  EmbeddedListener,
} from './listening/client-stream.js'
export type { EmbeddedCluster } from './embedded-cluster.js'
export type { BrokerState, EmbeddedBroker, StopOptions } from './embedded-broker.js'
export type {
  EmbeddedConsumer,
  EmbeddedConsumerGroup,
  EmbeddedGroup,
  EmbeddedGroupMember,
  EmbeddedOffset,
} from './embedded-group.js'
export type { GroupState } from './groups/group-state.js'
export type { EmbeddedRecord, RecordsOptions } from './embedded-record.js'
export type { EmbeddedPartition, EmbeddedTopic } from './embedded-topic.js'
export type { EmbeddedTransaction } from './embedded-transaction.js'
export type { TransactionState } from './transactions/transaction.js'
export { produceError, throttle, type ProduceErrorOptions } from './faults/faults.js'
export type {
  EmbeddedAnswer,
  EmbeddedApiName,
  EmbeddedApis,
  EmbeddedRequest,
  VersionCaps,
} from './api-names.js'
export type {
  Intercepted,
  InterceptedCall,
  Interceptor,
  InterceptOptions,
} from './intercepted-call.js'
export type { EmbeddedClusterLogger, EmbeddedClusterOptions } from './options.js'
export type { EmbeddedRuntime } from './runtime.js'
export type { EmbeddedTelemetryOptions, EmbeddedTelemetryPush } from './telemetry-options.js'
export type { EmbeddedTopicChanges, EmbeddedTopicOptions } from './topic-options.js'
