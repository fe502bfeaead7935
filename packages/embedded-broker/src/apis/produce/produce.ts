import { produceApi, type RequestOf, errorNumberOf } from '@sluice/protocol'
import { findTopic, leaderEndpoints } from '../../cluster/partition-lookup.js'
import { isTransactional } from '../../partition/batch-identity.js'
import type { AnswerOf, ApiHandler, RequestContext } from '../api-handler.js'
import {
  appendToPartition,
  failed,
  leaderOf,
  type Appended,
  type PartitionAnswer,
} from './partition-append.js'
import type { ProduceCall } from './produce-call.js'
import { replicated } from './replication-wait.js'

type Request = RequestOf<typeof produceApi>
type Answer = AnswerOf<typeof produceApi>

/** Topics are named by their id from this version on. */
const idsFromVersion = 13

/** A topic of the request after its batches were appended or refused. */
interface AppendedTopic {
  readonly name: string
  readonly topicId: string
  readonly appended: readonly Appended[]
}

/**
 * Produce, versions 3 to 13: appends one batch for each partition and answers with its offset. Each partition has its own
 * error.
 *
 * It checks in Kafka's order: unknown topic, id or partition; not exactly one batch of format 2, or zstd before
 * version 7; `acks` other than −1, 0 and 1; another node leads (with leader and endpoint from version 10 on, KIP-951); too few
 * replicas;
 * too large; CRC; counts, offsets and each record; codec; the idempotent window (see {@link ProducerWindow}).
 *
 * - As Kafka 4 does, ApiVersions lists it from 0 on though 0 to 2 are refused (KAFKA-18659): librdkafka compresses only
 *   where it sees version 0.
 * - `acks: 0` is not answered, and a failure then closes the connection, as in Kafka.
 * - `acks` −1 wants `min.insync.replicas` in sync, else NOT_ENOUGH_REPLICAS, and waits up to `timeoutMs` until they have
 *   the batch (see {@link replicated}): at once, unless replication is held back.
 * - Timestamps are the client's (CreateTime), whatever they are; Kafka refuses those more than an hour ahead.
 * - A duplicate is answered with its first offset and, as in Kafka, with its own highest timestamp as the log append
 *   time, though the log keeps CreateTime.
 * - A transactional batch wants the transactional id in the request, else every partition of the request is
 *   TRANSACTIONAL_ID_AUTHORIZATION_FAILED, as in Kafka. The partition must be in the transaction, or is enrolled: see
 *   {@link beginVerification}.
 */
export const produce: ApiHandler<Request, Answer> = {
  api: produceApi,
  listedFrom: 0,
  async handle(request, context) {
    const { acks, timeoutMs, topicData, transactionalId } = request
    const deadline = context.state.runtime.now() + timeoutMs
    const call = { acks, context, transactionalId }
    const isRefused = transactionalId === null && hasTransactional(topicData)
    const topics: AppendedTopic[] = []
    for (const topic of topicData) {
      topics.push(isRefused ? refuseTopic(topic) : await appendTopic(topic, call))
    }
    if (acks === 0) {
      refuseFailures(topics)
      return null
    }
    const responses = await Promise.all(
      topics.map(async ({ appended, name, topicId }) => {
        const answers = appended.map((one) => afterReplication(one, deadline, context))
        return { name, topicId, partitionResponses: await Promise.all(answers) }
      }),
    )
    const partitions = responses.flatMap(({ partitionResponses }) => partitionResponses)
    return { responses, nodeEndpoints: leaderEndpoints(context.state, partitions) }
  },
}

async function appendTopic(
  { name, partitionData, topicId }: Request['topicData'][number],
  call: ProduceCall,
): Promise<AppendedTopic> {
  const { state, version } = call.context
  const topic = findTopic(state, version < idsFromVersion ? { name } : { id: topicId })
  const appended: Appended[] = []
  for (const { index, records } of partitionData) {
    const partition = typeof topic === 'string' ? undefined : topic.partitions[index]
    if (typeof topic === 'string') appended.push(failed(index, topic))
    else if (!partition) appended.push(failed(index, 'UNKNOWN_TOPIC_OR_PARTITION'))
    else appended.push(await appendToPartition(topic, partition, records?.[0] ?? null, call))
  }
  return { name, topicId, appended }
}

function hasTransactional(topicData: Request['topicData']): boolean {
  return topicData.some(({ partitionData }) =>
    partitionData.some(({ records }) => isTransactional(records?.[0] ?? nothing)),
  )
}

const nothing = new Uint8Array(0)

function refuseTopic({
  name,
  partitionData,
  topicId,
}: Request['topicData'][number]): AppendedTopic {
  return { name, topicId, appended: partitionData.map(unauthorized) }
}

function unauthorized({ index }: { readonly index: number }): Appended {
  return failed(index, 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED')
}

/** An error after the append keeps the offset, as in Kafka: the batch may stay in the log. */
async function afterReplication(
  { answer, wait }: Appended,
  deadline: number,
  context: RequestContext,
): Promise<PartitionAnswer> {
  const error = wait && (await replicated(wait, deadline, context))
  if (!wait || !error) return answer
  const late = { ...answer, errorCode: errorNumberOf(error) }
  return error === 'NOT_LEADER_OR_FOLLOWER' ? { ...late, ...leaderOf(wait.partition) } : late
}

function refuseFailures(topics: readonly AppendedTopic[]): void {
  const failures = topics.flatMap(({ appended }) =>
    appended.filter(({ answer }) => answer.errorCode !== 0),
  )
  if (failures.length === 0) return
  throw new Error(`a Produce with acks 0 failed in ${failures.length} partitions`)
}
