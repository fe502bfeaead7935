import { startKafka, type KafkaCluster } from '@sluice/test-kafka'
import { Kafka, logLevel, type Admin } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createEmbeddedCluster, type EmbeddedCluster } from '../src/index.js'
import { differences } from './beside-kafka/differences.js'
import { idempotenceScripts } from './beside-kafka/idempotence-scripts.js'
import { lookupScripts } from './beside-kafka/lookup-scripts.js'
import { produceScripts } from './beside-kafka/produce-scripts.js'
import { Side, type Control } from './beside-kafka/side.js'

/** What the embedded cluster is modelled on, whichever version the other tests run against. */
const version = '4.3.1'

/** An external Kafka may have seen this test before. */
const run = Date.now().toString(36)

const scripts = [...idempotenceScripts, ...produceScripts, ...lookupScripts].map(
  (script, index) => ({ ...script, topic: `script-${run}-${index}` }),
)

let kafka: KafkaCluster
let admin: Admin
let embedded: EmbeddedCluster

beforeAll(async () => {
  const topics = scripts.map(({ configs = {}, topic }) => ({ name: topic, partitions: 1, configs }))
  kafka = await startKafka({ version, topics })
  const brokers = kafka.bootstrapServers.split(',')
  admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  embedded = await createEmbeddedCluster({ autoCreateTopics: true })
  for (const { configs = {}, topic } of scripts) {
    embedded.createTopic(topic, {
      maxMessageBytes: Number(configs['max.message.bytes'] ?? 1_048_588),
      minInsyncReplicas: Number(configs['min.insync.replicas'] ?? 1),
    })
  }
})

afterAll(async () => {
  await admin?.disconnect()
  await kafka?.stop()
  await embedded?.close()
})

function realSide(): Control {
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

function embeddedSide(): Control {
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

describe('an embedded cluster and Kafka say the same', { timeout: 20_000 }, () => {
  test.each(scripts)('to $title', async ({ run: send, title, topic }) => {
    const sides = [new Side(realSide(), topic), new Side(embeddedSide(), topic)] as const
    const [ofKafka, ofEmbedded] = await Promise.all(sides.map((side) => send(side)))
    for (const side of sides) await side.close()
    const { kafka: kafkaSays, embedded: embeddedSays } = differences[title] ?? {}
    if (!Object.hasOwn(differences, title)) expect(ofEmbedded).toEqual(ofKafka)
    else expect([ofKafka, ofEmbedded]).toEqual([kafkaSays, embeddedSays])
  })

  test('but for differences that are still there', () => {
    const titles = new Set(scripts.map(({ title }) => title))
    expect(Object.keys(differences).filter((title) => !titles.has(title))).toEqual([])
  })
})
