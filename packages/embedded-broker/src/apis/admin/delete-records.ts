import { errorNumberOf, type RequestOf } from '@sluice/protocol'
import { findPartition, leadershipError } from '../../cluster/partition-lookup.js'
import { deleteRecordsApi } from '../../messages/admin/delete-records.js'
import type { AnswerOf, ApiHandler, RequestContext } from '../api-handler.js'

type Request = RequestOf<typeof deleteRecordsApi>
type Answer = AnswerOf<typeof deleteRecordsApi>
type PartitionAnswer = Answer['topics'][number]['partitions'][number]
type PartitionRequest = Request['topics'][number]['partitions'][number]

/** Stands for the high watermark: everything that consumers can read is deleted. */
const everything = -1n

/**
 * DeleteRecords, versions 0 to 2: deletes the records of partitions before an offset, −1 for all that consumers can read.
 *
 * - A partition that is not there is UNKNOWN_TOPIC_OR_PARTITION, one that another broker leads NOT_LEADER_OR_FOLLOWER.
 * - An offset beyond the high watermark is OFFSET_OUT_OF_RANGE; one before the start of the log changes nothing.
 */
export const deleteRecords: ApiHandler<Request, Answer> = {
  api: deleteRecordsApi,
  handle: ({ topics }, context) => ({
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map((one) => deleteIn(name, one, context)),
    })),
  }),
}

function deleteIn(
  name: string,
  { offset, partitionIndex }: PartitionRequest,
  { nodeId, state }: RequestContext,
): PartitionAnswer {
  const partition = findPartition(state, { name }, partitionIndex)
  const error = typeof partition === 'string' ? partition : leadershipError(partition, nodeId)
  const refused = { partitionIndex, lowWatermark: -1n }
  if (typeof partition === 'string' || error !== null) {
    return { ...refused, errorCode: errorNumberOf(error) }
  }
  const before = offset === everything ? partition.highWatermark : offset
  if (before < 0n || before > partition.highWatermark) {
    return { ...refused, errorCode: errorNumberOf('OFFSET_OUT_OF_RANGE') }
  }
  if (before > partition.log.startOffset) partition.log.deleteBefore(before)
  return { partitionIndex, lowWatermark: partition.log.startOffset, errorCode: 0 }
}
