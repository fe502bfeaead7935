import { createNetworkClient, type NetworkObserver } from '@sluice/network'
import { nodeRuntime, type Producer } from '@sluice/producer/compose'
import type { PartitionMetadata } from '@sluice/protocol'
import { RequestEvents } from '../events/request-events.js'
import type { CallFailureDeps } from '../records/partial-failure.js'
import { joinedProducer } from './joined-producer.js'
import { type LaneKind, type LaneSettings, stageOptions } from './lane-options.js'
import { Outage } from './outage.js'
import { ProduceAnswers } from './produce-answers.js'
import { TopicGate } from './topic-gate.js'

/** One producer of Sluice, and what the adapter reads of its stages. */
export interface Lane extends CallFailureDeps {
  readonly kind: LaneKind
  readonly producer: Producer
  readonly gate: TopicGate
  /** The partitions of a topic that the gate lets pass. */
  partitionsOf(topic: string): readonly PartitionMetadata[]
  /** Whether the lane has ended because no broker could be reached for as long as the retries last. */
  readonly hasGivenUp: boolean
}

export function createLane(settings: LaneSettings, kind: LaneKind): Lane {
  const options = stageOptions(settings, kind)
  const { clientId, emitter, retry, logger, transport, sasl } = settings
  const outage = new Outage(retry, () => void producer.close({ timeoutMs: 0 }))
  const observer = observerOf(new RequestEvents(emitter, clientId), outage)
  const runtime = nodeRuntime(logger, observer, clientId)
  const authentication = sasl === undefined ? {} : { sasl }
  const network = createNetworkClient({ ...options.network, transport, runtime, ...authentication })
  const answers = new ProduceAnswers()
  answers.hear(network)
  const producer = joinedProducer(settings, kind, { options, network, runtime })
  const { metadata } = network
  const idOf = (topic: string): string | undefined =>
    metadata.topicId?.(topic) ?? metadata.topic(topic)?.id
  return {
    kind,
    producer,
    retry,
    trouble: () => metadata.lastError,
    gate: new TopicGate(producer, metadata, retry),
    answerOf: (topic, partition) => answers.of(topic, idOf(topic), partition),
    partitionsOf: (topic) => metadata.topic(topic)?.partitions ?? [],
    get hasGivenUp() {
      return outage.isOver
    },
  }
}

function observerOf(requests: RequestEvents, outage: Outage): NetworkObserver {
  return {
    request: (event) => requests.request(event),
    connection: (event) => {
      requests.connection(event)
      outage.connection(event)
    },
  }
}
