export {
  startKafka,
  type ScramUser,
  type SecurityProtocol,
  type StartKafkaOptions,
} from './start-kafka.js'
export { isExternal, type CreateTopicOptions, type KafkaCluster } from './cluster.js'
export type { BrokerState, KafkaBroker } from './broker.js'
export { addPartitions, configureTopic, deleteTopic } from './change-topics.js'
export {
  fetchMetadata,
  type Metadata,
  type MetadataPartition,
  type MetadataTopic,
} from './metadata.js'
export { countRecords } from './count-records.js'
export type { TopicSpec } from './create-topics.js'
export { featureLevel, upgradeFeatures } from './features.js'
export { freePort } from './free-port.js'
export { moveLeader } from './move-leader.js'
export { sharedKafka } from './shared-kafka.js'
export { fetchKafka, kafkaVersion } from './fetch-kafka.js'
export { runJava } from './java.js'
export { startJava, type JavaProcess } from './java-process.js'
export { readWithJava, type ReadWithJavaOptions, scanWithJava } from './read-with-java.js'
export { readWithKcat } from './read-with-kcat.js'
export {
  placeWithKcat,
  writeWithJava,
  writeWithKcat,
  type PlaceOptions,
  type WriteOptions,
} from './write-records.js'
export { ensureKcat } from './ensure-kcat.js'
export type { ReadOptions, ReadRecord } from './read-record.js'
export { allInSync, leadersElected, runningBrokers, topicBecomes } from './cluster-view.js'
export { exitOf, spawnChild } from './child.js'
export { isSince } from './is-since.js'
export { needsZooKeeper } from './zookeeper.js'
export { waitFor } from './wait-for.js'
