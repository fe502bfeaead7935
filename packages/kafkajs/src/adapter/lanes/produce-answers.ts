import type { NetworkClient } from '@sluice/network'
import { produceApi, type ResponseOf } from '@sluice/protocol'
import type { PartitionAnswer } from '../records/results.js'

type ProduceResponse = ResponseOf<typeof produceApi>

/** The last answer of each partition, for what results tell besides offsets. */
export class ProduceAnswers {
  /** By the topic's name, or by its id where requests name topics so. */
  readonly #topics = new Map<string, Map<number, PartitionAnswer>>()

  /** The network from now on notes the answers to Produce before the sender sees them. */
  hear(network: NetworkClient): void {
    const send = network.send.bind(network)
    network.send = (node, request, onAnswer) => {
      if (request.api.key !== produceApi.key) return send(node, request, onAnswer)
      send(node, request, (answer) => {
        // The API says which response it is.
        if (answer.response !== null) this.#note(answer.response as ProduceResponse)
        onAnswer(answer)
      })
    }
  }

  /** @param id - of the topic, where it is known */
  of(topic: string, id: string | undefined, partition: number): PartitionAnswer | undefined {
    const byId = id === undefined ? undefined : this.#topics.get(id)?.get(partition)
    return byId ?? this.#topics.get(topic)?.get(partition)
  }

  #note({ responses }: ProduceResponse): void {
    for (const { name, topicId, partitionResponses } of responses) {
      const partitions = this.#ofTopic(name === '' ? topicId : name)
      for (const { index, errorCode, logAppendTimeMs, logStartOffset } of partitionResponses)
        if (errorCode === 0)
          partitions.set(index, { logAppendTime: logAppendTimeMs, logStartOffset })
    }
  }

  #ofTopic(key: string): Map<number, PartitionAnswer> {
    let partitions = this.#topics.get(key)
    if (partitions === undefined) this.#topics.set(key, (partitions = new Map()))
    return partitions
  }
}
