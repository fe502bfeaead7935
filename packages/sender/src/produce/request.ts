import type { OutgoingRequest } from '@sluice/network'
import {
  encodeBatchHeader,
  produceApi,
  type RequestOf,
  type ResponseOf,
  zeroUuid,
} from '@sluice/protocol'
import type { SentBatch } from '../partition/sent-batch.js'
import { groupByTopic } from '../topics/group-by-topic.js'
import type { TransactionScope } from '../transactions/transaction-scope.js'

export type ProduceRequest = RequestOf<typeof produceApi>
export type ProduceResponse = ResponseOf<typeof produceApi>

/** The last version that names topics by name. */
const lastByName = 12

/** One Produce request on its way. */
export interface SentRequest {
  readonly node: number
  readonly batches: readonly SentBatch[]
  /** The name of each topic id in the request. */
  readonly topicNames: ReadonlyMap<string, string>
  /** Whether its bytes name the topics by name. Settled when the bytes are made; true until then. */
  byName: boolean
}

/** One Produce request with one batch for each of several partitions. Each batch goes by the topic id of its attempt. */
export function produceRequest(
  sent: SentRequest,
  acks: -1 | 0 | 1,
  timeoutMs: number,
  {
    transactionalId,
    maxProduceVersion,
  }: Pick<TransactionScope, 'transactionalId' | 'maxProduceVersion'>,
): OutgoingRequest<ProduceRequest, ProduceResponse> {
  const topics = [...groupByTopic(sent.batches, ({ batch }) => batch.topic)].map(
    ([name, ofTopic]) => ({
      name,
      topicId: ofTopic[0]!.attempt.topicId,
      ofTopic,
    }),
  )
  const allHaveIds = topics.every(({ topicId: id }) => id !== zeroUuid)
  return {
    api: produceApi,
    maxVersion: Math.min(maxProduceVersion, allHaveIds ? produceApi.maxVersion : lastByName),
    expectsAnswer: acks !== 0,
    build: (version) => {
      sent.byName = version <= lastByName
      return {
        transactionalId,
        acks,
        timeoutMs,
        topicData: topics.map(({ ofTopic, ...topic }) => ({
          ...topic,
          partitionData: ofTopic.map((one) => ({
            index: one.batch.partition,
            records: recordsOf(one, transactionalId !== null),
          })),
        })),
      }
    },
  }
}

/** A header of its own for each attempt: nothing that a socket may still read is changed. */
function recordsOf({ batch, producer, sequence }: SentBatch, transactional: boolean): Uint8Array[] {
  const { count, baseTimestamp, maxTimestamp, codecId, payload } = batch
  const header = {
    count,
    baseTimestamp,
    maxTimestamp,
    codecId,
    producerId: producer?.id ?? -1n,
    producerEpoch: producer?.epoch ?? -1,
    baseSequence: sequence,
    transactional,
  }
  return [encodeBatchHeader(header, payload), payload]
}
