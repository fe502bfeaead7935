import { KafkaError, type RecordMetadata as Acknowledged } from '@sluice/protocol'
import type { RecordMetadata } from 'kafkajs-original'
import { type FailureDeps, failureOf, type Phase } from '../errors/failure.js'
import { type AnswerOf, resultsOf } from './results.js'

/** What an error tells besides where a part of a call is in the log. */
export interface PartialFailure {
  /** What is in the log, as a call that succeeds tells it. */
  readonly results: RecordMetadata[]
  /** What is not, or not surely: one failure for each partition. */
  readonly errors: PartitionFailure[]
}

/** Why the records of one partition are not in the log, or not surely. */
export interface PartitionFailure {
  /** The name of the topic. */
  topicName: string
  /** The number of the partition. */
  partition: number
  /** An error as kafkajs has it. */
  error: unknown
}

/** What the error of a call is told with. */
export interface CallFailureDeps extends FailureDeps {
  readonly answerOf: AnswerOf
}

/** The error of a call that failed. Of a part of its records alone: the first failure, with {@link PartialFailure}. */
export function callFailure(error: unknown, phase: Phase, deps: CallFailureDeps): unknown {
  if (!(error instanceof KafkaError) || error.code !== 'PARTIAL_FAILURE')
    return failureOf(error, phase, deps)
  const outcomes = error.results ?? []
  const failures = outcomes.filter((outcome) => outcome instanceof KafkaError)
  const written = outcomes.filter((outcome): outcome is Acknowledged => !isFailure(outcome))
  const first = failureOf(failures[0] ?? error, phase, deps)
  const told: PartialFailure = {
    results: resultsOf(written, deps.answerOf),
    errors: onePerPartition(failures, phase, deps),
  }
  return first instanceof Error ? Object.assign(first, told) : first
}

function isFailure(outcome: Acknowledged | KafkaError): outcome is KafkaError {
  return outcome instanceof KafkaError
}

function onePerPartition(
  failures: readonly KafkaError[],
  phase: Phase,
  deps: FailureDeps,
): PartialFailure['errors'] {
  const byPartition = new Map<string, PartialFailure['errors'][number]>()
  for (const failure of failures) {
    const { topic: topicName = '', partition = -1 } = failure
    const key = `${partition} ${topicName}`
    if (byPartition.has(key)) continue
    byPartition.set(key, { topicName, partition, error: failureOf(failure, phase, deps) })
  }
  return [...byPartition.values()]
}
