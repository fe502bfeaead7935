import { fetchApi, type ErrorCode, type RequestOf, errorNumberOf } from '@sluice/protocol'
import { findPartition, leaderEndpoints, leadershipError } from '../cluster/partition-lookup.js'
import { nextChange } from '../partition/next-change.js'
import type { Partition } from '../partition/partition.js'
import type { AnswerOf, ApiHandler, RequestContext } from './api-handler.js'

type Request = RequestOf<typeof fetchApi>
type Answer = AnswerOf<typeof fetchApi>
type PartitionAnswer = Answer['responses'][number]['partitions'][number]
type PartitionRequest = Request['topics'][number]['partitions'][number]

/** Topics are named by their id from this version on. */
const idsFromVersion = 13

/** The isolation level of consumers that want committed records only. */
const readCommitted = 1

/** What one pass over the partitions found. */
interface Pass {
  readonly responses: Answer['responses']
  readonly read: readonly Partition[]
  readonly bytes: number
  readonly failed: boolean
}

/**
 * Fetch, versions 4 to 18: the batches from an offset on, as they were produced.
 *
 * - Waits up to `maxWaitMs` until there are `minBytes`; an error in any partition is answered at once, as is a request
 *   for no partitions.
 * - `maxBytes` and `partitionMaxBytes` are kept, but that the first batch of the first partition that has one is given
 *   whatever its size. Batches are never cut.
 * - Sessions are not kept (session id 0 is answered); a request that goes on with one gets FETCH_SESSION_ID_NOT_FOUND.
 * - Records are given up to the high watermark, or up to the last stable offset for isolation level 1 (`read_committed`),
 *   which is also told the aborted transactions.
 * - An offset beyond the end is OFFSET_OUT_OF_RANGE; at the end there is nothing and no error.
 * - From version 12 on NOT_LEADER_OR_FOLLOWER comes with the leader, from 16 on with its endpoint (KIP-951).
 * - Followers and preferred replicas make no difference.
 */
export const fetch: ApiHandler<Request, Answer> = {
  api: fetchApi,
  async handle(request, context) {
    if (request.sessionId !== 0 && request.sessionEpoch > 0) {
      return { errorCode: errorNumberOf('FETCH_SESSION_ID_NOT_FOUND'), responses: [] }
    }
    const { runtime } = context.state
    const deadline = runtime.now() + request.maxWaitMs
    let pass = readPass(request, context)
    while (isShort(pass, request)) {
      const left = deadline - runtime.now()
      const changed = await nextChange(pass.read, left, context.signal, runtime)
      pass = readPass(request, context)
      if (!changed) break
    }
    const { responses } = pass
    const partitions = responses.flatMap((topic) => topic.partitions)
    return { responses, nodeEndpoints: leaderEndpoints(context.state, partitions) }
  },
}

function isShort({ bytes, failed, read }: Pass, { minBytes }: Request): boolean {
  return bytes < minBytes && !failed && read.length > 0
}

function readPass(request: Request, context: RequestContext): Pass {
  const byName = context.version < idsFromVersion
  const read: Partition[] = []
  let bytes = 0
  let failed = false
  const responses = request.topics.map(({ topic, topicId, partitions }) => ({
    topic,
    topicId,
    partitions: partitions.map((wanted): PartitionAnswer => {
      const reference = byName ? { name: topic } : { id: topicId }
      const partition = findPartition(context.state, reference, wanted.partition)
      const error = errorOf(partition, wanted, context)
      if (typeof partition === 'string' || error !== null) {
        failed = true
        return failure(wanted.partition, error, partition)
      }
      read.push(partition)
      const committed = request.isolationLevel === readCommitted
      const room = request.maxBytes - bytes
      const answer = readPartition(partition, wanted, { room, isFirst: bytes === 0, committed })
      bytes += sizeOf(answer.records)
      return answer
    }),
  }))
  return { responses, read, bytes, failed }
}

function errorOf(
  partition: Partition | ErrorCode,
  { currentLeaderEpoch, fetchOffset }: PartitionRequest,
  { nodeId }: RequestContext,
): ErrorCode | null {
  if (typeof partition === 'string') return partition
  const error = leadershipError(partition, nodeId, currentLeaderEpoch)
  if (error !== null) return error
  const { endOffset, startOffset } = partition.log
  return fetchOffset < startOffset || fetchOffset > endOffset ? 'OFFSET_OUT_OF_RANGE' : null
}

/** How much of a partition is read. */
interface Reading {
  readonly room: number
  readonly isFirst: boolean
  readonly committed: boolean
}

function readPartition(
  { highWatermark, index, lastStableOffset, log }: Partition,
  { fetchOffset, partitionMaxBytes }: PartitionRequest,
  { committed, isFirst, room }: Reading,
): PartitionAnswer {
  const end = committed ? lastStableOffset : highWatermark
  const aborted = committed && fetchOffset < end ? log.abortedFrom(fetchOffset) : []
  return {
    partitionIndex: index,
    errorCode: 0,
    highWatermark,
    lastStableOffset,
    logStartOffset: log.startOffset,
    abortedTransactions: committed ? aborted : null,
    records: log.read(fetchOffset, Math.min(partitionMaxBytes, room), isFirst, end),
  }
}

function failure(
  partitionIndex: number,
  error: ErrorCode | null,
  partition: Partition | ErrorCode,
): PartitionAnswer {
  const answer = {
    partitionIndex,
    errorCode: errorNumberOf(error),
    highWatermark: -1n,
    // Kafka's, too, depends on whether the log was looked at.
    abortedTransactions: typeof partition === 'string' ? [] : null,
    records: [],
  }
  const moved = error === 'NOT_LEADER_OR_FOLLOWER' || error === 'FENCED_LEADER_EPOCH'
  if (!moved || typeof partition === 'string') return answer
  const { leader, leaderEpoch } = partition
  return { ...answer, currentLeader: { leaderId: leader, leaderEpoch } }
}

function sizeOf(records: PartitionAnswer['records']): number {
  return (records ?? []).reduce((sum, chunk) => sum + chunk.length, 0)
}
