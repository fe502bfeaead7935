import { newestVersionOf } from './api-versions.js'
import { controllerOf, type MetadataBroker } from './metadata.js'
import { request } from './request.js'
import { topicsReady } from './topics-ready.js'
import { encode } from './wire.js'

/** A topic to create. */
export interface TopicSpec {
  readonly name: string
  readonly partitions: number
  /** @defaultValue the cluster's default.replication.factor: 1 for one broker, 3 for three */
  readonly replicationFactor?: number
  /** The brokers of each partition, by id, the leader first; instead of `replicationFactor`. */
  readonly replicas?: readonly (readonly number[])[]
  readonly configs?: Readonly<Record<string, string>>
}

const createTopicsApi = 19
/** From this version on a topic may be given as many replicas as the configuration of the brokers says. */
const versionWithDefaults = 4
const timeoutMs = 30_000
const onlyCheck = encode.boolean(false)

/** Creates topics and waits until each of the brokers knows and serves them. */
export async function createTopics(
  brokers: readonly MetadataBroker[],
  topics: readonly TopicSpec[],
): Promise<void> {
  const controller = await controllerOf(brokers)
  const version = Math.min(await newestVersionOf(controller, createTopicsApi), versionWithDefaults)
  const copies = version < versionWithDefaults ? brokers.length : -1
  const encoded = topics.map((topic) => encodeTopic(topic, copies))
  const body = Buffer.concat([encode.array(encoded), encode.int32(timeoutMs), onlyCheck])
  const answer = await request(controller, createTopicsApi, version, body, timeoutMs)
  answer.int32() // throttle time
  answer.array(() => checkResult(answer.string(), answer.int16(), answer.string()))
  await Promise.all(brokers.map((each) => topicsReady(each, topics)))
}

function encodeTopic(topic: TopicSpec, copies: number): Buffer {
  const configs = Object.entries(topic.configs ?? {}).map((pair) => pair.map(encode.string))
  const byHand = topic.replicas?.map((brokers, partition) =>
    Buffer.concat([encode.int32(partition), encode.array(brokers.map(encode.int32))]),
  )
  return Buffer.concat([
    encode.string(topic.name),
    encode.int32(byHand === undefined ? topic.partitions : -1),
    encode.int16(byHand === undefined ? (topic.replicationFactor ?? copies) : -1),
    encode.array(byHand ?? []),
    encode.array(configs.map((pair) => Buffer.concat(pair))),
  ])
}

function checkResult(topic: string, errorCode: number, message: string): void {
  if (errorCode === 0) return
  throw new Error(`Kafka did not create the topic ${topic}: error ${errorCode}, ${message}`)
}
