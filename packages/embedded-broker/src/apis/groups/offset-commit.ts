import { errorNumberOf, type ErrorCode, type RequestOf } from '@sluice/protocol'
import { commitRefusal } from '../../groups/commit-refusal.js'
import type { GroupOffset } from '../../groups/group-offsets.js'
import { offsetCommitApi } from '../../messages/groups/offset-commit.js'
import type { AnswerOf, ApiHandler, RequestContext } from '../api-handler.js'
import { coordinatorError } from '../coordinator-error.js'
import { metadataError, offsetOf } from './committed-offset.js'

type Request = RequestOf<typeof offsetCommitApi>
type Answer = AnswerOf<typeof offsetCommitApi>
type TopicRequest = Request['topics'][number]

/** Topics are named by their id from this version on. */
const idsFromVersion = 10

/** From this version on a group that is not there has an error of its own. */
const notFoundFromVersion = 9

/**
 * OffsetCommit, versions 2 to 10: keeps offsets of a group.
 *
 * - A partition that does not exist is UNKNOWN_TOPIC_OR_PARTITION (UNKNOWN_TOPIC_ID from version 10 on); metadata of more
 *   than 4096 bytes is OFFSET_METADATA_TOO_LARGE. The other partitions are committed all the same.
 * - A consumer that is in no generation may commit while the group has no members; it makes the group if need be.
 * - Otherwise member, instance and generation must be those of the group, and it must not be `CompletingRebalance`.
 * - A commit counts as a heartbeat.
 */
export const offsetCommit: ApiHandler<Request, Answer> = {
  api: offsetCommitApi,
  handle(request, context) {
    const offsets: GroupOffset[] = []
    const named = request.topics.map((topic) => ({ topic, name: nameOf(topic, context) }))
    const some = named.some(({ name, topic }) =>
      topic.partitions.some((one) => exists(name, one.partitionIndex, context)),
    )
    const shared = some ? refusal(request, context) : null
    const topics = named.map(({ name, topic }) => ({
      name: topic.name,
      topicId: topic.topicId,
      partitions: topic.partitions.map((one) => {
        const { partitionIndex } = one
        const error = exists(name, partitionIndex, context)
          ? (shared ?? metadataError(one))
          : unknownError(name, context)
        if (error === null && name !== undefined) offsets.push(offsetOf(name, one))
        return { partitionIndex, errorCode: errorNumberOf(error) }
      }),
    }))
    if (offsets.length > 0) keep(request, offsets, context)
    return { topics }
  },
}

function nameOf({ name, topicId }: TopicRequest, context: RequestContext): string | undefined {
  if (context.version < idsFromVersion) return name
  return context.state.topics.withId(topicId)?.name
}

function exists(name: string | undefined, partition: number, { state }: RequestContext): boolean {
  return name !== undefined && state.topics.named(name)?.partitions[partition] !== undefined
}

function unknownError(name: string | undefined, { version }: RequestContext): ErrorCode {
  const isUnknownId = version >= idsFromVersion && name === undefined
  return isUnknownId ? 'UNKNOWN_TOPIC_ID' : 'UNKNOWN_TOPIC_OR_PARTITION'
}

/** What is wrong with the request as a whole. */
function refusal(request: Request, context: RequestContext): ErrorCode | null {
  const { generationIdOrMemberEpoch: generationId, groupId } = request
  const misplaced = coordinatorError('group', groupId, context)
  if (misplaced !== null) return misplaced
  const group = context.state.groups.find(groupId)
  if (group !== undefined) return commitRefusal(group, { ...request, generationId }, false)
  if (generationId < 0) return null
  return context.version < notFoundFromVersion ? 'ILLEGAL_GENERATION' : 'GROUP_ID_NOT_FOUND'
}

function keep(
  { groupId, memberId }: Request,
  offsets: readonly GroupOffset[],
  { state }: RequestContext,
): void {
  const group = state.groups.findOrMake(groupId)
  group.offsets.commit(offsets)
  const member = group.members.get(memberId)
  if (member !== undefined) group.heardOf(member)
}
