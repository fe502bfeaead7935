import type { QueuedBatch } from '@sluice/accumulator'
import type { LeaderChange } from '@sluice/network'
import { type ErrorCode, errorCodeOf, printable, zeroUuid } from '@sluice/protocol'
import { inOrderOfAppend } from '../batch-order.js'
import type { ProduceResponse } from './request.js'

/** What the broker said of one batch. */
export interface BatchAnswer {
  readonly batch: QueuedBatch
  readonly code: ErrorCode | null
  readonly message: string | null
  readonly baseOffset: bigint
  readonly logAppendTime: number
  readonly leader: LeaderChange | null
  /** What the broker said of single records of the batch. */
  readonly recordErrors: readonly RecordRefusal[]
}

export interface RecordRefusal {
  /** The record's place in the batch. */
  readonly index: number
  readonly message: string | null
}

export interface MatchedAnswers {
  readonly answers: BatchAnswer[]
  /** Batches that the response does not name: nothing is known of them. */
  readonly unanswered: QueuedBatch[]
  /** Partitions that nobody asked about, or that were named twice. */
  readonly foreign: number
}

type PartitionResponse = ProduceResponse['responses'][number]['partitionResponses'][number]
type NodeEndpoint = ProduceResponse['nodeEndpoints'][number]

/** Finds the batch of each partition answer. Ids are translated as they were when the request was made. */
export function matchAnswers(
  response: ProduceResponse,
  batches: readonly QueuedBatch[],
  topicIds: ReadonlyMap<string, string>,
): MatchedAnswers {
  const open = new Map(batches.map((batch) => [keyOf(batch.topic, batch.partition), batch]))
  // A map, since a hostile broker may name thousands.
  const endpoints = new Map(response.nodeEndpoints.map((endpoint) => [endpoint.nodeId, endpoint]))
  const answers: BatchAnswer[] = []
  let foreign = 0
  for (const { name, topicId, partitionResponses } of response.responses) {
    const topic = topicId === zeroUuid ? name : (topicIds.get(topicId) ?? '')
    for (const partition of partitionResponses) {
      const key = keyOf(topic, partition.index)
      const batch = open.get(key)
      if (batch === undefined) foreign++
      else answers.push(answerOf(batch, partition, endpoints))
      open.delete(key)
    }
  }
  return { answers: inOrder(answers), unanswered: [...open.values()], foreign }
}

function answerOf(
  batch: QueuedBatch,
  partition: PartitionResponse,
  endpoints: ReadonlyMap<number, NodeEndpoint>,
): BatchAnswer {
  return {
    batch,
    code: errorCodeOf(partition.errorCode),
    message: text(partition.errorMessage),
    recordErrors: partition.recordErrors.map(({ batchIndex, batchIndexErrorMessage }) => ({
      index: batchIndex,
      message: text(batchIndexErrorMessage),
    })),
    baseOffset: partition.baseOffset,
    logAppendTime: Number(partition.logAppendTimeMs),
    leader: leaderOf(batch, partition, endpoints),
  }
}

function text(message: string | null): string | null {
  return message === null ? null : printable(message)
}

function leaderOf(
  { topic, partition }: QueuedBatch,
  { currentLeader }: PartitionResponse,
  endpoints: ReadonlyMap<number, NodeEndpoint>,
): LeaderChange | null {
  const { leaderId: leader, leaderEpoch: epoch } = currentLeader
  if (leader < 0) return null
  const endpoint = endpoints.get(leader)
  return { topic, partition, leader, epoch, ...(endpoint === undefined ? {} : { endpoint }) }
}

/** Brokers may answer partitions in any order; callers are told in the order of appending. */
function inOrder(answers: BatchAnswer[]): BatchAnswer[] {
  return answers.sort((a, b) => inOrderOfAppend(a.batch, b.batch))
}

function keyOf(topic: string, partition: number): string {
  return `${partition} ${topic}`
}
