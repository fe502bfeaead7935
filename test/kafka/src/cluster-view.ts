import type { KafkaBroker } from './broker.js'
import type { KafkaCluster } from './cluster.js'
import { fetchMetadata, type MetadataTopic } from './metadata.js'
import { waitFor } from './wait-for.js'

/** Those that run, and can be asked. */
export function runningBrokers({ brokers }: KafkaCluster): KafkaBroker[] {
  return brokers.filter(({ state }) => state === 'running')
}

/** Waits until every running broker sees the topic so. */
export async function topicBecomes(
  kafka: KafkaCluster,
  topic: string,
  what: string,
  isSo: (view: MetadataTopic) => boolean,
): Promise<void> {
  await waitFor(`${topic}: ${what}`, async () => {
    const views = await Promise.all(runningBrokers(kafka).map((broker) => viewOf(broker, topic)))
    return views.every((view) => view !== undefined && isSo(view))
  })
}

/** Every replica is in sync with its leader. */
export async function allInSync(kafka: KafkaCluster, topic: string): Promise<void> {
  await topicBecomes(kafka, topic, 'all replicas in sync', ({ errorCode, partitions }) => {
    const { length } = kafka.brokers
    return errorCode === 0 && partitions.every(({ inSync }) => inSync.length === length)
  })
}

async function viewOf(broker: KafkaBroker, topic: string): Promise<MetadataTopic | undefined> {
  const metadata = await fetchMetadata(broker, [topic]).catch(() => undefined)
  return metadata?.topics[0]
}

/** Every partition has a leader, and no leader is this broker. */
export async function leadersElected(
  kafka: KafkaCluster,
  topic: string,
  withoutBroker: number,
): Promise<void> {
  await topicBecomes(kafka, topic, `leaders without broker ${withoutBroker}`, ({ partitions }) =>
    partitions.every(({ leader }) => leader >= 0 && leader !== withoutBroker),
  )
}
