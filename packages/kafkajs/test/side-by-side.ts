import { createEmbeddedCluster, type EmbeddedClusterOptions } from '@sluice/embedded-broker'
import * as ours from '@sluice/kafkajs'
import kafkajs, { type KafkaConfig, type Producer, type ProducerConfig } from 'kafkajs-original'

/** The two clients under their common type. */
export const clients = { kafkajs: kafkajs.Kafka, ours: ours.Kafka }

/** Short pauses; the defaults of kafkajs are others under a test runner. */
export const retry = { retries: 2, initialRetryTime: 20, maxRetryTime: 1_000 }

/** What programs look at in an error. */
export interface ErrorFields {
  readonly class: string
  readonly name: string
  readonly message: string
  readonly retriable: unknown
  readonly type: unknown
  readonly code: unknown
  readonly cause: ErrorFields | null
}

export function errorFields(error: unknown): ErrorFields {
  if (!(error instanceof Error)) throw new Error(`no error was thrown, but ${String(error)}`)
  const { retriable, type, code } = error as Error & Record<string, unknown>
  return {
    class: error.constructor.name,
    name: error.name,
    message: error.message,
    retriable,
    type,
    code,
    cause: error.cause instanceof Error ? errorFields(error.cause) : null,
  }
}

/** The result of a call, or the fields of its error. */
export async function outcomeOf(call: () => Promise<unknown>): Promise<unknown> {
  try {
    return await call()
  } catch (error) {
    return errorFields(error)
  }
}

type Play<Result> = (producer: Producer, cluster: Cluster) => Promise<Result>
type Cluster = Awaited<ReturnType<typeof createEmbeddedCluster>>

/** How both clients are set up. */
export interface Stand {
  readonly cluster?: EmbeddedClusterOptions
  readonly config?: Partial<KafkaConfig>
  readonly producer?: ProducerConfig
}

const topics = { t: { partitions: 3 }, u: { partitions: 1 } }

/** Plays the same with a connected producer of each client, on a cluster of its own. */
export async function sideBySide<Result>(
  play: Play<Result>,
  stand: Stand = {},
): Promise<Record<keyof typeof clients, Result>> {
  return { kafkajs: await alone('kafkajs', play, stand), ours: await alone('ours', play, stand) }
}

/** The same with one of them. */
export async function alone<Result>(
  client: keyof typeof clients,
  play: Play<Result>,
  { cluster: options = {}, config = {}, producer: given = {} }: Stand = {},
): Promise<Result> {
  await using cluster = await createEmbeddedCluster({ autoCreateTopics: false, topics, ...options })
  const quiet = { logLevel: ours.logLevel.NOTHING, retry, ...config }
  const producer = new clients[client]({ brokers: cluster.bootstrapServers, ...quiet }).producer(
    given,
  )
  await producer.connect()
  try {
    return await play(producer, cluster)
  } finally {
    await producer.disconnect()
  }
}

/** What an independent reader finds: text, in the order of the log. */
export function recordsIn(cluster: Cluster, topic: string): unknown[] {
  return cluster.records(topic).map(({ partition, key, value, headers }) => ({
    partition,
    key: key?.toString('latin1') ?? null,
    value: value?.toString('latin1') ?? null,
    headers: headers.map(([name, content]) => [name, content?.toString('latin1') ?? null]),
  }))
}
