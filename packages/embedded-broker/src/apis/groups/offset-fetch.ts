import { offsetFetchApi, zeroUuid, type RequestOf, errorNumberOf } from '@sluice/protocol'
import type { ClusterState } from '../../cluster/cluster-state.js'
import type { Group } from '../../groups/group.js'
import type { AnswerOf, ApiHandler, RequestContext } from '../api-handler.js'
import { coordinatorError } from '../coordinator-error.js'

type Request = RequestOf<typeof offsetFetchApi>
type Answer = AnswerOf<typeof offsetFetchApi>
type GroupAnswer = NonNullable<Answer['groups']>[number]
type TopicAnswer = GroupAnswer['topics'][number]
type PartitionAnswer = TopicAnswer['partitions'][number]
type TopicsRequest = Request['groups'][number]['topics']

/** Many groups can be asked for at once from this version on. */
const manyGroupsFromVersion = 8

/** Topics are named by their id from this version on. */
const idsFromVersion = 10

/** An error of the whole request stands in a field of its own from this version on. */
const sharedErrorFromVersion = 2

/**
 * OffsetFetch, versions 1 to 10: the offsets that groups have committed; `topics: null` is all of them.
 *
 * - A partition without an offset, and a group that does not exist, is offset −1 without an error.
 * - With `requireStable` a partition for which an open transaction has an offset is UNSTABLE_OFFSET_COMMIT.
 * - Members and their epochs make no difference.
 */
export const offsetFetch: ApiHandler<Request, Answer> = {
  api: offsetFetchApi,
  handle(request, context) {
    const { groupId, groups, requireStable, topics } = request
    const { version } = context
    if (version >= manyGroupsFromVersion) {
      return {
        groups: groups.map((one) => answerGroup(one.groupId, one.topics, requireStable, context)),
      }
    }
    const named = topics?.map((one) => ({ ...one, topicId: zeroUuid })) ?? null
    const answer = answerGroup(groupId, named, requireStable, context)
    if (answer.errorCode === 0 || version >= sharedErrorFromVersion) return ofOneGroup(answer)
    return ofOneGroup({
      ...answer,
      topics: (named ?? []).map((one) => failed(one, answer.errorCode)),
    })
  },
}

/** The answer as it was before there could be many groups. */
function ofOneGroup({ errorCode, topics }: GroupAnswer): Answer {
  return {
    errorCode,
    topics: topics.map(({ name = '', partitions }) => ({ name, partitions })),
  }
}

function answerGroup(
  groupId: string,
  topics: TopicsRequest,
  requireStable: boolean,
  context: RequestContext,
): GroupAnswer {
  const error = coordinatorError('group', groupId, context)
  if (error !== null) return { groupId, topics: [], errorCode: errorNumberOf(error) }
  const { state, version } = context
  const group = state.groups.find(groupId)
  const wanted = topics ?? committedTopics(state, group)
  const byName = version < idsFromVersion
  return {
    groupId,
    errorCode: 0,
    topics: wanted.map((topic) => {
      const name = byName ? topic.name : state.topics.withId(topic.topicId)?.name
      if (name === undefined) return failed(topic, errorNumberOf('UNKNOWN_TOPIC_ID'))
      const partitions = topic.partitionIndexes.map((index) =>
        answerPartition(group, name, index, requireStable),
      )
      return { name: topic.name, topicId: topic.topicId, partitions }
    }),
  }
}

function answerPartition(
  group: Group | undefined,
  topic: string,
  partitionIndex: number,
  requireStable: boolean,
): PartitionAnswer {
  const isUnstable = requireStable && group?.offsets.isUnstable(topic, partitionIndex)
  const found = isUnstable ? undefined : group?.offsets.committed(topic, partitionIndex)
  return {
    partitionIndex,
    committedOffset: found?.offset ?? -1n,
    committedLeaderEpoch: found?.leaderEpoch ?? -1,
    metadata: found?.metadata ?? '',
    errorCode: isUnstable ? errorNumberOf('UNSTABLE_OFFSET_COMMIT') : 0,
  }
}

/** The topics that a group has offsets of, as if a request had named them. */
function committedTopics(
  state: ClusterState,
  group: Group | undefined,
): NonNullable<TopicsRequest> {
  const indexes = new Map<string, number[]>()
  for (const { partition, topic } of group?.offsets.all() ?? []) {
    const known = indexes.get(topic)
    if (known === undefined) indexes.set(topic, [partition])
    else known.push(partition)
  }
  return [...indexes].map(([name, partitionIndexes]) => {
    const topicId = state.topics.named(name)?.id ?? zeroUuid
    return { name, topicId, partitionIndexes }
  })
}

function failed(
  { name, partitionIndexes, topicId }: NonNullable<TopicsRequest>[number],
  errorCode: number,
): TopicAnswer {
  const nothing = { committedOffset: -1n, metadata: '', errorCode }
  const partitions = partitionIndexes.map((partitionIndex) => ({ partitionIndex, ...nothing }))
  return { name, topicId, partitions }
}
