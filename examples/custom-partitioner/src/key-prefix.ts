import { partitionForKey, uniformStickyPartitioner } from '@sluice/partitioner'
import type { Partitioner, TopicPartitioner } from '@sluice/partitioner'

/** Keys with the same part before the separator share a partition, such as `acme:o-17` and `acme:o-18`. */
export function keyPrefixPartitioner({ separator = ':' } = {}): Partitioner {
  const others = uniformStickyPartitioner()
  return { forTopic: (topic) => byPrefix(separator.charCodeAt(0), others.forTopic(topic)) }
}

function byPrefix(separator: number, others: TopicPartitioner): TopicPartitioner {
  let passedOn = false
  return {
    partition(input, topic) {
      const { keyBytes } = input
      passedOn = keyBytes === null
      if (keyBytes === null) return others.partition(input, topic)
      const end = keyBytes.indexOf(separator)
      const prefix = end < 0 ? keyBytes : keyBytes.subarray(0, end)
      return partitionForKey(prefix, topic.partitionCount)
    },
    onAppend(partition, bytes, tailOpen) {
      if (passedOn) others.onAppend?.(partition, bytes, tailOpen)
    },
  }
}
