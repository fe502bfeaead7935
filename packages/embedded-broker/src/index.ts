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
