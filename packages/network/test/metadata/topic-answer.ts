import type { TopicAnswer } from '../../src/metadata/metadata-response.js'

/** What a broker says of topic `t`: its partitions 0, 1, … are led so. */
export function topicAnswer(
  topicId: string,
  ...leaders: readonly (readonly [leader: number, epoch: number])[]
): TopicAnswer {
  return {
    errorCode: 0,
    name: 't',
    topicId,
    isInternal: false,
    topicAuthorizedOperations: 0,
    partitions: leaders.map(([leaderId, leaderEpoch], partitionIndex) => ({
      errorCode: 0,
      partitionIndex,
      leaderId,
      leaderEpoch,
      replicaNodes: [leaderId],
      isrNodes: [leaderId],
      offlineReplicas: [],
    })),
  }
}
