import type { KafkaBroker } from './broker.js'
import { assembleCluster, externalVersion, type KafkaCluster } from './cluster.js'
import type { TopicSpec } from './create-topics.js'
import { fetchMetadata, type MetadataBroker } from './metadata.js'
import { parseAddress } from './request.js'

/** A cluster that runs already: it is used, never stopped. */
export async function joinKafka(
  address: string,
  topics: readonly TopicSpec[] = [],
): Promise<KafkaCluster> {
  const { brokers } = await fetchMetadata(parseAddress(address)).catch((cause: unknown) => {
    throw new Error(`No Kafka answers at SLUICE_KAFKA=${address}.`, { cause })
  })
  return assembleCluster(externalVersion, brokers.map(externalBroker), topics, async () => {})
}

function externalBroker({ id, host, port }: MetadataBroker): KafkaBroker {
  const refuse = (): never => {
    throw new Error(
      `Broker ${id} belongs to the cluster at SLUICE_KAFKA: it is not this test's to control. ` +
        'Skip the test if isExternal(cluster).',
    )
  }
  const refuseLater = async (): Promise<never> => refuse()
  return {
    id,
    host,
    port,
    state: 'running',
    logFile: '',
    kill: refuseLater,
    stop: refuseLater,
    start: refuseLater,
    pause: refuseLater,
    resume: refuse,
    become: refuseLater,
  }
}
