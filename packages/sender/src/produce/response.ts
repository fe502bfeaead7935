import type { Answer, LeaderChange } from '@sluice/network'
import {
  type ErrorCode,
  errorCodeOf,
  printable,
  type TopicPartition,
  zeroUuid,
} from '@sluice/protocol'
import type { SentBatch } from '../partition/sent-batch.js'
import type { ProduceResponse, SentRequest } from './request.js'

/** What the network says of a request that was not answered. */
export type RequestFailure = Extract<Answer<ProduceResponse>, { readonly written: boolean }>

/** What became of one attempt of one batch. */
export interface BatchAnswer {
  readonly sent: SentBatch
  /** Null for an OK. */
  readonly code: ErrorCode | null
  readonly message: string | null
  readonly baseOffset: bigint
  readonly logAppendTime: number
  /** The partition's leader, where the broker named it (KIP-951). */
  readonly leader: LeaderChange | null
  /** What the broker said of single records of the batch (KIP-467), once for each. */
  readonly recordErrors: readonly NamedRecord[]
  /** Set where no broker has answered. */
  readonly failure: RequestFailure | null
}

/** A record that the broker names as a cause of its error. */
export interface NamedRecord {
  /** The record's place in the batch. */
  readonly index: number
  readonly message: string | null
}

export interface BatchAnswers {
  readonly answers: BatchAnswer[]
  /** How many partitions were named that the request did not hold, or that were named twice. */
  readonly foreign: number
}

type PartitionResponse = ProduceResponse['responses'][number]['partitionResponses'][number]
type NodeEndpoint = ProduceResponse['nodeEndpoints'][number]

/** An answer for each batch of the request. */
export function batchAnswers(request: SentRequest, answer: Answer<ProduceResponse>): BatchAnswers {
  const { batches } = request
  if (answer.error !== null)
    return { answers: batches.map((sent) => failed(sent, answer)), foreign: 0 }
  // Acks 0: no broker answers.
  if (answer.response === null)
    return { answers: batches.map((sent) => bareAnswer(sent, null, null)), foreign: 0 }
  return matchAnswers(answer.response, request)
}

/** An answer without more than its code. */
export function bareAnswer(
  sent: SentBatch,
  code: ErrorCode | null,
  message: string | null,
): BatchAnswer {
  const nothing = {
    baseOffset: -1n,
    logAppendTime: -1,
    leader: null,
    recordErrors: [],
    failure: null,
  }
  return { sent, code, message, ...nothing }
}

function failed(sent: SentBatch, failure: RequestFailure): BatchAnswer {
  return { ...bareAnswer(sent, failure.error.code, failure.error.message), failure }
}

/** Finds the batch of each partition answer. Ids are translated as they were when the request was made. */
function matchAnswers(
  { responses, nodeEndpoints }: ProduceResponse,
  { batches, topicNames }: SentRequest,
): BatchAnswers {
  const open = new Map(batches.map((sent) => [keyOf(sent.batch), sent]))
  // A map, since a hostile broker may name thousands.
  const endpoints = new Map(nodeEndpoints.map((endpoint) => [endpoint.nodeId, endpoint]))
  const answers: BatchAnswer[] = []
  let foreign = 0
  for (const { name, topicId, partitionResponses } of responses) {
    const topic = topicId === zeroUuid ? name : (topicNames.get(topicId) ?? '')
    for (const partition of partitionResponses) {
      const key = keyOf({ topic, partition: partition.index })
      const sent = open.get(key)
      if (sent === undefined) foreign++
      else answers.push(answerOf(sent, partition, endpoints))
      open.delete(key)
    }
  }
  const unanswered = [...open.values()].map((sent) =>
    bareAnswer(sent, 'MALFORMED_RESPONSE', 'the answer lacks this partition'),
  )
  return { answers: [...inOrderOfAppend(answers), ...unanswered], foreign }
}

function answerOf(
  sent: SentBatch,
  partition: PartitionResponse,
  endpoints: ReadonlyMap<number, NodeEndpoint>,
): BatchAnswer {
  return {
    sent,
    code: errorCodeOf(partition.errorCode),
    message: text(partition.errorMessage),
    recordErrors: namedRecords(partition, sent.batch.count),
    baseOffset: partition.baseOffset,
    logAppendTime: Number(partition.logAppendTimeMs),
    leader: leaderOf(sent.batch, partition, endpoints),
    failure: null,
  }
}

/** A broker may name records that are not there, or one a million times: each that is there counts once. */
function namedRecords({ recordErrors }: PartitionResponse, count: number): NamedRecord[] {
  const named = new Map<number, NamedRecord>()
  for (const { batchIndex: index, batchIndexErrorMessage: message } of recordErrors)
    if (index >= 0 && index < count) named.set(index, { index, message: text(message) })
  return [...named.values()]
}

function text(message: string | null): string | null {
  return message === null ? null : printable(message)
}

function leaderOf(
  { topic, partition }: TopicPartition,
  { currentLeader }: PartitionResponse,
  endpoints: ReadonlyMap<number, NodeEndpoint>,
): LeaderChange | null {
  const { leaderId: leader, leaderEpoch: epoch } = currentLeader
  if (leader < 0) return null
  const endpoint = endpoints.get(leader)
  return { topic, partition, leader, epoch, ...(endpoint === undefined ? {} : { endpoint }) }
}

/** Brokers may answer partitions in any order; callers are told in the order of append. */
function inOrderOfAppend(answers: BatchAnswer[]): BatchAnswer[] {
  return answers.sort((a, b) => (a.sent.batch.isBefore(b.sent.batch) ? -1 : 1))
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${partition} ${topic}`
}
