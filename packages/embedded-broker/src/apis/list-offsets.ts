import { listOffsetsApi, type RequestOf, errorNumberOf } from '@sluice/protocol'
import { findPartition, leadershipError } from '../cluster/partition-lookup.js'
import type { Partition } from '../partition/partition.js'
import type { AnswerOf, ApiHandler, RequestContext } from './api-handler.js'

type Request = RequestOf<typeof listOffsetsApi>
type Answer = AnswerOf<typeof listOffsetsApi>
type PartitionAnswer = NonNullable<Answer['topics']>[number]['partitions'][number]

interface Found {
  readonly offset: bigint
  readonly timestamp: number
}

const nothing: Found = { offset: -1n, timestamp: -1 }

/** The special values of a query in place of a time, each from its version on. */
const queries = new Map<
  bigint,
  { fromVersion: number; find(partition: Partition, end: bigint): Found }
>([
  [-1n, { fromVersion: 1, find: (_, end) => ({ offset: end, timestamp: -1 }) }],
  [-2n, { fromVersion: 1, find: ({ log }) => ({ offset: log.startOffset, timestamp: -1 }) }],
  [-3n, { fromVersion: 7, find: ({ log }, end) => before(end, log.latestRecord()) }],
  [-4n, { fromVersion: 8, find: ({ log }) => ({ offset: log.startOffset, timestamp: -1 }) }],
  [-5n, { fromVersion: 9, find: () => nothing }],
  [-6n, { fromVersion: 11, find: () => nothing }],
])

/**
 * ListOffsets, versions 1 to 11: the end of a log (−1), its start (−2, and −4, as all of it is local), the record with
 * the highest timestamp (−3), or the first record at or after a time.
 *
 * - When there is no such record the answer is offset −1 with timestamp −1 and no error. So it is for −5 and −6, which
 *   ask for tiered storage.
 * - Any other negative time, or one that the version does not have, is UNSUPPORTED_VERSION.
 * - Wrong node NOT_LEADER_OR_FOLLOWER; wrong epoch FENCED_LEADER_EPOCH or UNKNOWN_LEADER_EPOCH.
 * - For isolation level 1 (`read_committed`) the log ends at the last stable offset.
 */
export const listOffsets: ApiHandler<Request, Answer> = {
  api: listOffsetsApi,
  handle: (request, context) => ({
    topics: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map((query) =>
        answerPartition(name, query, request.isolationLevel === 1, context),
      ),
    })),
  }),
}

function answerPartition(
  name: string,
  query: Request['topics'][number]['partitions'][number],
  committed: boolean,
  { nodeId, state, version }: RequestContext,
): PartitionAnswer {
  const { currentLeaderEpoch, partitionIndex } = query
  const partition = findPartition(state, { name }, partitionIndex)
  const error =
    typeof partition === 'string'
      ? partition
      : leadershipError(partition, nodeId, currentLeaderEpoch)
  if (typeof partition === 'string' || error !== null) {
    return { partitionIndex, errorCode: errorNumberOf(error) }
  }
  const end = committed ? partition.lastStableOffset : partition.highWatermark
  const found = find(partition, query.timestamp, end, version)
  if (found === null) return { partitionIndex, errorCode: errorNumberOf('UNSUPPORTED_VERSION') }
  const { offset, timestamp } = found
  return {
    partitionIndex,
    errorCode: 0,
    offset,
    timestamp: BigInt(timestamp),
    leaderEpoch: offset < 0n ? -1 : partition.leaderEpoch,
  }
}

function find(partition: Partition, timestamp: bigint, end: bigint, version: number): Found | null {
  if (timestamp >= 0n) return before(end, partition.log.firstRecordSince(Number(timestamp)))
  const query = queries.get(timestamp)
  if (query === undefined || version < query.fromVersion) return null
  return query.find(partition, end)
}

/** A record that a consumer can read already. */
function before(end: bigint, found: Found | undefined): Found {
  return found !== undefined && found.offset < end ? found : nothing
}
