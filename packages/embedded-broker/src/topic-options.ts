import { invalidOption, requireCount } from './require-option.js'

/** The settings of one topic. A setting that is left out is that of the cluster. */
export interface EmbeddedTopicOptions {
  /** How many partitions, at least 1. */
  readonly partitions: number
  /** How many brokers have a replica of each partition. */
  readonly replicationFactor?: number
  /** How many replicas must be in sync for a Produce with `acks` all, Kafka's `min.insync.replicas`. */
  readonly minInsyncReplicas?: number
  /** The largest batch in bytes that the topic takes, Kafka's `max.message.bytes`. */
  readonly maxMessageBytes?: number
}

/** The settings that can be changed while a topic exists. */
export type EmbeddedTopicChanges = Partial<Omit<EmbeddedTopicOptions, 'replicationFactor'>>

/**
 * @param brokers How many brokers there are.
 * @throws KafkaError INVALID_OPTION when the name or a setting is wrong.
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

/** @throws KafkaError INVALID_OPTION when a setting is no positive integer. */
export function requireTopicNumbers(name: string, numbers: Partial<EmbeddedTopicOptions>): void {
  for (const [option, value] of Object.entries(numbers)) {
    if (value !== undefined) requireCount(`topics.${name}.${option}`, value)
  }
}

const maxNameLength = 249

/** Kafka's rule for the name of a topic (`Topic.validate`). */
export function isLegalTopicName(name: string): boolean {
  return (
    name.length <= maxNameLength && name !== '.' && name !== '..' && /^[a-zA-Z0-9._-]+$/.test(name)
  )
}
