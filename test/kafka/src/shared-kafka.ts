import type { KafkaCluster } from './cluster.js'
import { kafkaVersion } from './fetch-kafka.js'
import { startKafka } from './start-kafka.js'

const shared = new Map<string, Promise<KafkaCluster>>()

/**
 * The Kafka of all test files that need nothing of it but topics of their own: one broker with the harness's own
 * configuration. It starts when it is first asked for, and ends with this process, so no file stops it. Each file gives its
 * topics names that no other file has, and leaves the broker running.
 */
export function sharedKafka(version: string = kafkaVersion()): Promise<KafkaCluster> {
  const running = shared.get(version) ?? startKafka({ version })
  shared.set(version, running)
  return running
}
