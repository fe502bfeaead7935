import { errorCodeOf, KafkaError, metadataApi, type ResponseOf } from '@sluice/protocol'
import type { Address, BrokerConnection } from './broker-connection.js'

/** Which broker leads which partitions of a topic. */
export interface TopicLayout {
  readonly name: string
  readonly id: string
  readonly leaders: readonly Leader[]
}

export interface Leader {
  readonly address: Address
  readonly partitions: readonly number[]
}

/** @throws KafkaError, retriable while a partition has no leader */
export async function findLayout(connection: BrokerConnection, name: string): Promise<TopicLayout> {
  const { brokers, topics } = await connection.call(metadataApi, { topics: [{ name }] })
  const code = problemOf(topics[0])
  if (code !== null) throw new KafkaError(code, `topic ${name} cannot be read`)
  return layoutOf(name, topics[0]!, brokers)
}

type Metadata = ResponseOf<typeof metadataApi>
type Topic = Metadata['topics'][number]

function problemOf(topic: Topic | undefined) {
  if (topic === undefined) return 'UNKNOWN_TOPIC_OR_PARTITION'
  const isLed = topic.partitions.every(({ leaderId }) => leaderId >= 0)
  return errorCodeOf(topic.errorCode) ?? (isLed ? null : 'LEADER_NOT_AVAILABLE')
}

function layoutOf(
  name: string,
  { topicId, partitions }: Topic,
  brokers: Metadata['brokers'],
): TopicLayout {
  const leaders = brokers.map(({ nodeId, host, port }) => {
    const led = partitions.filter(({ leaderId }) => leaderId === nodeId)
    return { address: { host, port }, partitions: led.map(({ partitionIndex }) => partitionIndex) }
  })
  return { name, id: topicId, leaders: leaders.filter((leader) => leader.partitions.length > 0) }
}
