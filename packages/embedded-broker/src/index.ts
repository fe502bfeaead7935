/**
 * A Kafka cluster inside your process, over real TCP, for tests and demos.
 *
 * @packageDocumentation
 */
export {
  createEmbeddedCluster,
  type EmbeddedBroker,
  type EmbeddedCluster,
  type EmbeddedRecord,
} from './embedded-cluster.js'
export type {
  EmbeddedClusterLogger,
  EmbeddedClusterOptions,
  EmbeddedTopicOptions,
} from './options.js'
