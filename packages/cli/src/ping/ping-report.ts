import { metadataApi as api, type ResponseOf } from '@sluice/protocol'
import type { CliIo } from '../cli-io.js'
import type { Connection } from '../connection/connection.js'
import type { Conversation } from '../connection/conversation.js'
import { askBroker, type BrokerReport } from './broker-report.js'
import { askMinInSync } from './min-in-sync.js'
import { operationsOf } from './operations.js'
import { topicReport, type TopicReport } from './topic-report.js'

/** What `sluice ping` has found out. With `--json` it is printed as it is. */
export interface PingReport {
  readonly clusterId: string | null
  /** The broker that Kafka names as the controller; null where it names none. */
  readonly controller: number | null
  readonly brokers: readonly BrokerReport[]
  /** The topic that was asked for, or all. */
  readonly topics: readonly TopicReport[]
  readonly client: ClientReport
}

/** What this client is to the cluster. */
export interface ClientReport {
  /** Whether its connections are encrypted. */
  readonly tls: boolean
  /** The mechanism of SASL by which it has logged in; null where it did not have to. */
  readonly sasl: string | null
  /** What it may do with the cluster; null where the broker does not tell. */
  readonly operations: readonly string[] | null
}

/** Later versions do not tell what the client may do with the cluster (KIP-700). */
const lastWithClusterOperations = 10

/** Asks one broker for the cluster, then every broker for itself. Rejects with KafkaError where no broker answers. */
export async function askCluster(
  topic: string | undefined,
  connection: Connection,
  conversation: Conversation,
  io: Pick<CliIo, 'now'>,
): Promise<PingReport> {
  await conversation.connect()
  const metadata = await askMetadata(topic, conversation)
  const brokers = metadata.brokers.toSorted((one, other) => one.nodeId - other.nodeId)
  const operations = operationsOf(metadata.clusterAuthorizedOperations)
  const surroundings = {
    asked: topic ?? '',
    brokers: new Set(brokers.map(({ nodeId }) => nodeId)),
    minInSync: await askMinInSync(namesOf(metadata), conversation),
  }
  return {
    clusterId: metadata.clusterId,
    controller: metadata.controllerId < 0 ? null : metadata.controllerId,
    brokers: await Promise.all(brokers.map((broker) => askBroker(broker, conversation, io))),
    topics: metadata.topics
      .map((answer) => topicReport(answer, surroundings))
      .sort((one, other) => (one.name < other.name ? -1 : 1)),
    client: {
      tls: connection.tls !== undefined && connection.tls !== false,
      sasl: connection.sasl?.name ?? null,
      operations,
    },
  }
}

/** The topics that are there. */
function namesOf({ topics }: ResponseOf<typeof api>): string[] {
  return topics.flatMap(({ name, partitions }) =>
    name === null || partitions.length === 0 ? [] : [name],
  )
}

async function askMetadata(
  topic: string | undefined,
  conversation: Conversation,
): Promise<ResponseOf<typeof api>> {
  const node = await conversation.anyNode()
  return conversation.ask(node, {
    api,
    maxVersion: lastWithClusterOperations,
    build: () => ({
      topics: topic === undefined ? null : [{ name: topic }],
      allowAutoTopicCreation: false,
      includeClusterAuthorizedOperations: true,
      includeTopicAuthorizedOperations: true,
    }),
  })
}
