import { errorCodeOf, produceApi, type ErrorCode, type ResponseOf } from '@sluice/protocol'
import type { RawClient } from './raw-client.js'

type Response = ResponseOf<typeof produceApi>
type PartitionResponse = Response['responses'][number]['partitionResponses'][number]

/** Where and how {@link produceTo} sends. */
export interface ProduceOptions {
  readonly topic?: string
  readonly topicId?: string
  readonly partition?: number
  readonly acks?: number
  readonly version?: number
}

/** The body of a Produce request for one partition, by default the first of `orders`. */
export function produceBody(records: Uint8Array | null, options: ProduceOptions = {}) {
  const { acks = -1, partition = 0, topic = 'orders', topicId } = options
  const partitionData = [{ index: partition, records: records && [records] }]
  return {
    transactionalId: null,
    acks,
    timeoutMs: 1000,
    topicData: [{ ...(topicId === undefined ? { name: topic } : { topicId }), partitionData }],
  }
}

/** Sends records to one partition; the answer for it, with the error by name. */
export async function produceTo(
  client: RawClient,
  records: Uint8Array | null,
  options: ProduceOptions = {},
): Promise<PartitionResponse & { error: ErrorCode | null }> {
  const version = options.version ?? (options.topicId === undefined ? 12 : 13)
  const response = await client.request(produceApi, version, produceBody(records, options))
  const partition = response.responses[0]!.partitionResponses[0]!
  return { ...partition, error: errorCodeOf(partition.errorCode) }
}
