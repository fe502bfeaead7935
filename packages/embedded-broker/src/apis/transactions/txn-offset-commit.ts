import { txnOffsetCommitApi, type ErrorCode, type RequestOf, errorNumberOf } from '@sluice/protocol'
import { internalTopics } from '../../cluster/coordinator-places.js'
import type { GroupOffset } from '../../groups/group-offsets.js'
import type { AnswerOf, ApiHandler, RequestContext } from '../api-handler.js'
import { coordinatorError } from '../coordinator-error.js'
import { metadataError, offsetOf } from '../groups/committed-offset.js'
import { enrolOrVerify } from './enrolment.js'

type Request = RequestOf<typeof txnOffsetCommitApi>
type Answer = AnswerOf<typeof txnOffsetCommitApi>

/** From this version on the request enrols the group itself. */
const enrolsFromVersion = 5

/** From this version on clients know TRANSACTION_ABORTABLE. */
const abortableFromVersion = 4

/**
 * TxnOffsetCommit, versions 0 to 5: offsets of a group that become valid when the transaction is committed.
 *
 * - A partition that does not exist is UNKNOWN_TOPIC_OR_PARTITION; metadata of more than 4096 bytes is
 *   OFFSET_METADATA_TOO_LARGE. The other partitions are committed all the same.
 * - The group must have been enrolled by AddOffsetsToTxn; from version 5 on the request enrols it.
 * - Generation, member and instance must be those of the group (KIP-447).
 */
export const txnOffsetCommit: ApiHandler<Request, Answer> = {
  api: txnOffsetCommitApi,
  handle(request, context) {
    const { state } = context
    const exists = (name: string, partition: number) =>
      state.topics.named(name)?.partitions[partition] !== undefined
    const some = request.topics.some(({ name, partitions }) =>
      partitions.some(({ partitionIndex }) => exists(name, partitionIndex)),
    )
    const shared = some ? refusal(request, context) : null
    const offsets: GroupOffset[] = []
    const topics = request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map((one) => {
        const known = exists(name, one.partitionIndex)
        const error = known ? (shared ?? metadataError(one)) : 'UNKNOWN_TOPIC_OR_PARTITION'
        if (error === null) offsets.push(offsetOf(name, one))
        return { partitionIndex: one.partitionIndex, errorCode: errorNumberOf(error) }
      }),
    }))
    if (offsets.length > 0) state.groups.hold(request.groupId, request, offsets)
    return { throttleTimeMs: 0, topics }
  },
}

/** What is wrong with the request as a whole. */
function refusal(request: Request, context: RequestContext): ErrorCode | null {
  const { groupId } = request
  const { groups, coordinators } = context.state
  if (groupId === '') return 'INVALID_GROUP_ID'
  const misplaced = coordinatorError('group', groupId, context)
  if (misplaced !== null) return misplaced
  if (!groups.hasBegun(groupId, request)) {
    const partition = { topic: internalTopics.group, partition: coordinators.partitionOf(groupId) }
    const enrols = context.version >= enrolsFromVersion
    const error = enrolOrVerify(context.state, request, partition, enrols)
    if (error !== null) return clientError(error, context.version)
  }
  return groups.transactionRefusal(groupId, request)
}

function clientError(error: ErrorCode, version: number): ErrorCode {
  const isOlder = version < abortableFromVersion
  if (error === 'TRANSACTION_ABORTABLE' && isOlder) return 'INVALID_TXN_STATE'
  // The coordinator of the transaction did not answer: the client shall ask again, and not look for another.
  return error === 'NETWORK_EXCEPTION' ? 'COORDINATOR_LOAD_IN_PROGRESS' : error
}
