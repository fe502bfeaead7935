import { invalidOption, requireCount } from './require-option.js'
import { isLegalTopicName } from './topic-name.js'

/** One topic of an embedded cluster. What is left out is as the cluster's options say. */
export interface EmbeddedTopicOptions {
  readonly partitions: number
  readonly replicationFactor?: number
  readonly minInsyncReplicas?: number
  readonly maxMessageBytes?: number
}

/** What can be changed of a topic while it lives. */
export type EmbeddedTopicChanges = Partial<Omit<EmbeddedTopicOptions, 'replicationFactor'>>

/**
 * @param brokers - how many there are
 * @throws KafkaError INVALID_OPTION
 */
export function requireTopic(name: string, topic: EmbeddedTopicOptions, brokers: number): void {
  if (!isLegalTopicName(name)) {
    throw invalidOption(`topics: ${JSON.stringify(name)} is no legal name`)
  }
  requireCount(`topics.${name}.partitions`, topic.partitions)
  requireTopicNumbers(name, topic)
  if ((topic.replicationFactor ?? 1) > brokers) {
    throw invalidOption(
      `topics.${name}.replicationFactor ${topic.replicationFactor} needs more than ${brokers} brokers`,
    )
  }
}

/** @throws KafkaError INVALID_OPTION */
export function requireTopicNumbers(name: string, numbers: Partial<EmbeddedTopicOptions>): void {
  for (const [option, value] of Object.entries(numbers)) {
    if (value !== undefined) requireCount(`topics.${name}.${option}`, value)
  }
}
