import {
  detailOf,
  KafkaError,
  type ErrorCode,
  type produceApi,
  errorNumberOf,
} from '@sluice/protocol'
import { leadershipError } from '../../cluster/partition-lookup.js'
import type { Topic } from '../../cluster/topics.js'
import { checkBatch, requireOneBatch } from '../../partition/batch-check.js'
import { isTransactional } from '../../partition/batch-identity.js'
import type { AppendResult } from '../../partition/partition-log.js'
import type { Partition } from '../../partition/partition.js'
import type { CheckedBatch } from '../../partition/stored-batch.js'
import { recordsAhead } from '../../partition/timestamp-check.js'
import type { AnswerOf, RequestContext } from '../api-handler.js'
import { beginVerification } from './begin-verification.js'
import type { ProduceCall } from './produce-call.js'
import type { ReplicationWait } from './replication-wait.js'

/** What Produce answers for one partition. */
export type PartitionAnswer = AnswerOf<
  typeof produceApi
>['responses'][number]['partitionResponses'][number]

/** The answer for a partition, and the replication that it must wait for. */
export interface Appended {
  readonly answer: PartitionAnswer
  readonly wait?: ReplicationWait
}

/**
 * Appends the batch of one partition, or refuses it.
 *
 * @param records Exactly one batch of format 2; anything else is refused.
 */
export async function appendToPartition(
  topic: Topic,
  partition: Partition,
  records: Uint8Array | null,
  call: ProduceCall,
): Promise<Appended> {
  try {
    return await append(topic, partition, records, call)
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error
    return failed(partition.index, error.code, detailOf(error))
  }
}

/** The answer for a partition that is refused before its log is read. */
export function failed(index: number, code: ErrorCode, message?: string): Appended {
  const errorCode = errorNumberOf(code)
  return { answer: { index, errorCode, baseOffset: -1n, errorMessage: message ?? null } }
}

/** Names the leader in an answer (KIP-951). Versions before 10 have no field for it. */
export function leaderOf({
  leader,
  leaderEpoch,
}: Partition): Pick<PartitionAnswer, 'currentLeader'> {
  return { currentLeader: { leaderId: leader, leaderEpoch } }
}

async function append(
  topic: Topic,
  partition: Partition,
  records: Uint8Array | null,
  call: ProduceCall,
): Promise<Appended> {
  const { acks, context } = call
  const bytes = requireOneBatch(records, context.version)
  if (acks < -1 || acks > 1) return failed(partition.index, 'INVALID_REQUIRED_ACKS')
  const elsewhere = notLedHere(partition, call)
  if (elsewhere !== null) return elsewhere
  const begun = isTransactional(bytes)
    ? beginVerification(topic, partition, bytes, call)
    : undefined
  if (typeof begun === 'string') return failed(partition.index, begun)
  const early = tooFewReplicas(partition, call)
  if (early !== null) return early
  const checked = await check(topic, partition, bytes, context)
  if ('answer' in checked) return checked
  // Checked again: decompressing may have taken a while, and the leader may have moved.
  const late = notLedHere(partition, call) ?? tooFewReplicas(partition, call)
  if (late !== null) return late
  const result = partition.log.append(checked, partition.leaderEpoch, begun)
  if (result.kind === 'refused') return refused(partition, result.error, result.message)
  const answer = success(partition, result)
  if (acks !== -1) return { answer }
  const endOffset = result.baseOffset + BigInt(checked.batch.lastOffsetDelta) + 1n
  return { answer, wait: { partition, endOffset } }
}

/** Checks the batch itself. */
async function check(
  { settings }: Topic,
  partition: Partition,
  bytes: Uint8Array,
  { state }: RequestContext,
): Promise<CheckedBatch | Appended> {
  const { maxMessageBytes } = settings
  const checked = await checkBatch(bytes, maxMessageBytes, state.codecs).catch(asKafkaError)
  if (checked instanceof KafkaError) return refused(partition, checked.code, detailOf(checked))
  const ahead = recordsAhead(checked, state.runtime.wallClock())
  return ahead.length > 0 ? refusedRecords(partition, ahead) : checked
}

/** The refusal of a partition that is deleted or that another broker leads. */
function notLedHere(partition: Partition, { context }: ProduceCall): Appended | null {
  if (partition.deleted) return failed(partition.index, 'UNKNOWN_TOPIC_OR_PARTITION')
  return leadershipError(partition, context.nodeId) === null ? null : notLeader(partition)
}

function tooFewReplicas(partition: Partition, { acks }: ProduceCall): Appended | null {
  const inSync = partition.inSyncReplicas.length
  if (acks !== -1 || inSync >= partition.minInSync) return null
  const message = `${inSync} replicas in sync, ${partition.minInSync} are wanted`
  return refused(partition, 'NOT_ENOUGH_REPLICAS', message)
}

function asKafkaError(error: unknown): KafkaError {
  if (error instanceof KafkaError) return error
  throw error
}

function success(
  { index, log }: Partition,
  result: Exclude<AppendResult, { kind: 'refused' }>,
): PartitionAnswer {
  return {
    index,
    errorCode: 0,
    baseOffset: result.baseOffset,
    logStartOffset: log.startOffset,
    logAppendTimeMs: result.kind === 'duplicate' ? BigInt(result.maxTimestamp) : -1n,
  }
}

/** A refusal after the log was read: Kafka then answers the start of the log, except for these two errors. */
function refused({ index, log }: Partition, code: ErrorCode, message: string): Appended {
  const { answer } = failed(index, code, message)
  const unread = code === 'MESSAGE_TOO_LARGE' || code === 'CORRUPT_MESSAGE'
  return { answer: unread ? answer : { ...answer, logStartOffset: log.startOffset } }
}

function refusedRecords(partition: Partition, indexes: readonly number[]): Appended {
  const message = 'One or more records have been rejected due to invalid timestamp'
  const { answer } = refused(partition, 'INVALID_TIMESTAMP', message)
  const recordErrors = indexes.map((batchIndex) => ({
    batchIndex,
    batchIndexErrorMessage: 'The timestamp is more than an hour ahead.',
  }))
  return { answer: { ...answer, recordErrors } }
}

function notLeader(partition: Partition): Appended {
  const { answer } = failed(partition.index, 'NOT_LEADER_OR_FOLLOWER')
  return { answer: { ...answer, ...leaderOf(partition) } }
}
