import type { ErrorCode } from '@sluice/protocol'
import { configFault, type GivenConfig } from '../../configs/topic-configs.js'

/** Why something cannot be done to a topic. */
export interface TopicRefusal {
  readonly error: ErrorCode
  readonly message: string
}

/** The names that are there more than once. */
export function repeated(names: readonly string[]): Set<string> {
  return new Set(names.filter((name, index) => names.indexOf(name) !== index))
}

/** INVALID_CONFIG for the first setting that is wrong, or null. */
export function configRefusal(configs: readonly GivenConfig[]): TopicRefusal | null {
  for (const config of configs) {
    const message = configFault(config)
    if (message !== null) return { error: 'INVALID_CONFIG', message }
  }
  return null
}

/** Why partitions cannot have these replicas, or null. @param brokers The node ids that there are. */
export function assignmentRefusal(
  assignments: readonly (readonly number[])[],
  brokers: readonly number[],
): TopicRefusal | null {
  const error = 'INVALID_REPLICA_ASSIGNMENT'
  const count = assignments[0]?.length ?? 0
  for (const nodes of assignments) {
    if (nodes.length === 0) return { error, message: 'The manual partition assignment is empty.' }
    if (repeated(nodes.map(String)).size > 0) {
      return { error, message: `The assignment [${nodes.join(', ')}] names a broker twice.` }
    }
    const unknown = nodes.find((node) => !brokers.includes(node))
    if (unknown !== undefined) return { error, message: `There is no broker ${unknown}.` }
    if (nodes.length !== count) {
      return { error, message: 'The partitions have different numbers of replicas.' }
    }
  }
  return null
}
