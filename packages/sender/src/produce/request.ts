import type { QueuedBatch } from '@sluice/accumulator'
import type { OutgoingRequest } from '@sluice/network'
import {
  encodeBatchHeader,
  produceApi,
  type RequestOf,
  type ResponseOf,
  zeroUuid,
} from '@sluice/protocol'

export type ProduceRequest = RequestOf<typeof produceApi>
export type ProduceResponse = ResponseOf<typeof produceApi>

/** The last version that names topics by name. */
const lastByName = 12

export interface ProduceTerms {
  readonly acks: -1 | 0 | 1
  readonly timeoutMs: number
  /** `zeroUuid` where the cluster gives none. */
  topicId(topic: string): string
  /** Told before the bytes are made, whether they name topics by name. */
  built(byName: boolean): void
}

/** One Produce request with one batch for each of several partitions. */
export function produceRequest(
  batches: readonly QueuedBatch[],
  { acks, timeoutMs, topicId, built }: ProduceTerms,
): OutgoingRequest<ProduceRequest, ProduceResponse> {
  const topics = [...groupByTopic(batches)].map(([name, ofTopic]) => ({
    name,
    topicId: topicId(name),
    ofTopic,
  }))
  const allHaveIds = topics.every(({ topicId: id }) => id !== zeroUuid)
  return {
    api: produceApi,
    maxVersion: allHaveIds ? produceApi.maxVersion : lastByName,
    expectsAnswer: acks !== 0,
    build: (version) => {
      built(version <= lastByName)
      return {
        transactionalId: null,
        acks,
        timeoutMs,
        topicData: topics.map(({ ofTopic, ...topic }) => ({
          ...topic,
          partitionData: ofTopic.map((batch) => ({
            index: batch.partition,
            records: recordsOf(batch),
          })),
        })),
      }
    },
  }
}

/** A header of its own for each attempt: nothing that a socket may still read is changed. */
function recordsOf(batch: QueuedBatch): Uint8Array[] {
  const { count, baseTimestamp, maxTimestamp, codecId, payload, attempt } = batch
  const { producerId, producerEpoch, sequence: baseSequence } = attempt
  const fields = {
    count,
    baseTimestamp,
    maxTimestamp,
    codecId,
    producerId,
    producerEpoch,
    baseSequence,
  }
  return [encodeBatchHeader({ ...fields, transactional: false }, payload), payload]
}

function groupByTopic(batches: readonly QueuedBatch[]): Map<string, QueuedBatch[]> {
  const topics = new Map<string, QueuedBatch[]>()
  for (const batch of batches) {
    const ofTopic = topics.get(batch.topic)
    if (ofTopic === undefined) topics.set(batch.topic, [batch])
    else ofTopic.push(batch)
  }
  return topics
}
