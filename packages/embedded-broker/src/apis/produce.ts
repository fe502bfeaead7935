import { detailOf, KafkaError, produceApi, type ErrorCode, type RequestOf } from '@sluice/protocol'
import type { AnswerOf, ApiHandler, RequestContext } from '../api-handler.js'
import { checkBatch, requireOneBatch } from '../batch-check.js'
import { errorNumber } from '../error-number.js'
import { leaderEndpoints } from '../leader-endpoints.js'
import type { AppendResult } from '../partition-log.js'
import { findPartition, leadershipError, type TopicReference } from '../partition-lookup.js'
import type { Partition } from '../topics.js'

type Request = RequestOf<typeof produceApi>
type Answer = AnswerOf<typeof produceApi>
type TopicAnswer = Answer['responses'][number]
type PartitionAnswer = TopicAnswer['partitionResponses'][number]
type PartitionRequest = Request['topicData'][number]['partitionData'][number]

/** Topics are named by their id from this version on. */
const idsFromVersion = 13

/** One produce request on its way through the partitions. */
interface ProduceCall {
  readonly acks: number
  readonly context: RequestContext
}

/**
 * Produce, versions 3 to 13: appends one batch a partition and answers with its offset. Errors are the partition's own.
 *
 * In the order in which Kafka looks: unknown topic, id or partition; not exactly one batch of format 2, or zstd before
 * version 7; `acks` other than −1, 0 and 1; another node leads (with leader and endpoint from version 10 on, KIP-951);
 * too large; CRC; counts, offsets and each record; codec; the idempotent window (see {@link ProducerWindow}).
 *
 * - As Kafka 4 does, ApiVersions lists it from 0 on though 0 to 2 are refused (KAFKA-18659): librdkafka compresses only
 *   where it sees version 0.
 * - `acks: 0` is not answered, and a failure then closes the connection, as in Kafka.
 * - `acks: 1` and −1 are the same: there is one replica. `timeoutMs` is not needed.
 * - Timestamps are the client's (CreateTime), whatever they are; Kafka refuses those more than an hour ahead.
 * - A duplicate is answered with its first offset and, as in Kafka, with its own highest timestamp as the log append
 *   time, though the log keeps CreateTime.
 * - Transactional batches are INVALID_TXN_STATE: there are no transactions.
 */
export const produce: ApiHandler<Request, Answer> = {
  api: produceApi,
  listedFrom: 0,
  async handle(request, context) {
    const responses: TopicAnswer[] = []
    for (const topic of request.topicData) {
      responses.push(await produceTopic(topic, { acks: request.acks, context }))
    }
    if (request.acks === 0) {
      refuseFailures(responses)
      return null
    }
    const partitions = responses.flatMap(({ partitionResponses }) => partitionResponses)
    return { responses, nodeEndpoints: leaderEndpoints(context.state, partitions) }
  },
}

async function produceTopic(
  { name, partitionData, topicId }: Request['topicData'][number],
  call: ProduceCall,
): Promise<TopicAnswer> {
  const reference = call.context.version < idsFromVersion ? { name } : { id: topicId }
  const partitionResponses: PartitionAnswer[] = []
  for (const partition of partitionData) {
    partitionResponses.push(await producePartition(reference, partition, call))
  }
  return { name, topicId, partitionResponses }
}

async function producePartition(
  reference: TopicReference,
  { index, records }: PartitionRequest,
  call: ProduceCall,
): Promise<PartitionAnswer> {
  const partition = findPartition(call.context.state, reference, index)
  if (typeof partition === 'string') return failed(index, partition)
  try {
    return await append(partition, records, call)
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error
    return failed(index, error.code, detailOf(error))
  }
}

async function append(
  partition: Partition,
  records: PartitionRequest['records'],
  { acks, context }: ProduceCall,
): Promise<PartitionAnswer> {
  const bytes = requireOneBatch(records?.[0] ?? null, context.version)
  if (acks < -1 || acks > 1) return failed(partition.index, 'INVALID_REQUIRED_ACKS')
  if (leadershipError(partition, context.nodeId) !== null) return notLeader(partition)
  const checked = await checkBatch(bytes, context.state).catch(asKafkaError)
  if (checked instanceof KafkaError) return refused(partition, checked.code, detailOf(checked))
  // Asked again: reading a compressed batch may have taken a while, and the leader may have moved.
  if (leadershipError(partition, context.nodeId) !== null) return notLeader(partition)
  return answerOf(partition, partition.log.append(checked, partition.leaderEpoch))
}

function asKafkaError(error: unknown): KafkaError {
  if (error instanceof KafkaError) return error
  throw error
}

function answerOf(partition: Partition, result: AppendResult): PartitionAnswer {
  if (result.kind === 'refused') return refused(partition, result.error, result.message)
  return {
    index: partition.index,
    errorCode: 0,
    baseOffset: result.baseOffset,
    logStartOffset: partition.log.startOffset,
    logAppendTimeMs: result.kind === 'duplicate' ? BigInt(result.maxTimestamp) : -1n,
  }
}

/** Refused by the log itself: Kafka then gives the log's start, but for these two. */
function refused({ index, log }: Partition, code: ErrorCode, message: string): PartitionAnswer {
  const answer = failed(index, code, message)
  const unread = code === 'MESSAGE_TOO_LARGE' || code === 'CORRUPT_MESSAGE'
  return unread ? answer : { ...answer, logStartOffset: log.startOffset }
}

function notLeader({ index, leader, leaderEpoch }: Partition): PartitionAnswer {
  return {
    ...failed(index, 'NOT_LEADER_OR_FOLLOWER'),
    currentLeader: { leaderId: leader, leaderEpoch },
  }
}

function failed(index: number, code: ErrorCode, message?: string): PartitionAnswer {
  return { index, errorCode: errorNumber(code), baseOffset: -1n, errorMessage: message ?? null }
}

function refuseFailures(responses: readonly TopicAnswer[]): void {
  const failures = responses.flatMap(({ partitionResponses }) =>
    partitionResponses.filter(({ errorCode }) => errorCode !== 0),
  )
  if (failures.length === 0) return
  throw new Error(`a Produce with acks 0 failed in ${failures.length} partitions`)
}
