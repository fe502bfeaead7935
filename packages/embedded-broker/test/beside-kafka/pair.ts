import { startKafka, type KafkaCluster } from '@sluice/test-kafka'
import { Kafka, logLevel, type Admin } from 'kafkajs'
import { createEmbeddedCluster, type EmbeddedCluster } from '../../src/index.js'
import type { Script } from './script.js'
import type { Control } from './side.js'

/** What the embedded cluster is modelled on, whichever version the other tests run against. */
const version = '4.3.1'

const configs = {
  // So that a transaction need not wait ten seconds until somebody sees that its time has run out.
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': '50',
  // As the embedded cluster has it, and so that a script can wait until a session is over.
  'group.initial.rebalance.delay.ms': '0',
  'group.min.session.timeout.ms': '100',
}

/** A script with a topic of its own. */
export interface PlacedScript extends Script {
  readonly topic: string
}

/** A Kafka and an embedded cluster with the same topics. */
export interface Pair {
  readonly kafka: Control
  readonly embedded: Control
  stop(): Promise<void>
}

/** @param transactionVersion The level of the feature `transaction.version`. */
export async function startPair(
  scripts: readonly PlacedScript[],
  transactionVersion: number,
): Promise<Pair> {
  const features = { 'transaction.version': transactionVersion }
  const topics = scripts.map(({ configs: own = {}, topic }) => ({
    name: topic,
    partitions: 1,
    configs: own,
  }))
  const kafka = await startKafka({ version, topics, configs, features })
  const brokers = kafka.bootstrapServers.split(',')
  const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  const embedded = await createEmbeddedCluster({
    finalizedFeatures: features,
    groupMinSessionTimeoutMs: 100,
  })
  for (const { configs: own = {}, topic } of scripts) {
    embedded.createTopic(topic, {
      ...numberOf('maxMessageBytes', own['max.message.bytes']),
      ...numberOf('minInsyncReplicas', own['min.insync.replicas']),
    })
  }
  return {
    kafka: realControl(kafka, admin),
    embedded: embeddedControl(embedded),
    async stop() {
      await admin.disconnect()
      await kafka.stop()
      await embedded.close()
    },
  }
}

function realControl(kafka: KafkaCluster, admin: Admin): Control {
  return {
    bootstrapServer: kafka.bootstrapServers.split(',')[0]!,
    async deleteRecords(topic, before) {
      const partitions = [{ partition: 0, offset: String(before) }]
      // Only this makes kafkajs look for the topic's leader.
      await admin.fetchTopicOffsets(topic)
      await admin.deleteTopicRecords({ topic, partitions })
    },
    async recreate(topic) {
      await admin.deleteTopics({ topics: [topic] })
      await kafka.createTopic(topic, 1)
    },
  }
}

function embeddedControl(embedded: EmbeddedCluster): Control {
  return {
    bootstrapServer: embedded.bootstrapServers[0]!,
    async deleteRecords(topic, before) {
      embedded.deleteRecords(topic, 0, before)
    },
    async recreate(topic) {
      embedded.deleteTopic(topic)
      embedded.createTopic(topic)
    },
  }
}

/** An option with the number of a setting. Nothing where there is no such setting. */
function numberOf(option: string, value: string | undefined): Record<string, number> {
  return value === undefined ? {} : { [option]: Number(value) }
}
