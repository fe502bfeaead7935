import type { EmbeddedCluster, InterceptedCall } from '@sluice/embedded-broker'
import { ByteReader, readBatchHeader, readRecords } from '@sluice/protocol'

/** One batch as it came to a broker. */
export interface WireBatch {
  readonly partition: number
  readonly producerId: bigint
  readonly epoch: number
  readonly sequence: number
  readonly values: readonly string[]
}

/** Every batch of every Produce that arrives from now on, in that order; those that are refused, too. */
export function watchBatches(cluster: EmbeddedCluster): readonly WireBatch[] {
  const seen: WireBatch[] = []
  cluster.intercept('Produce', (call) => void seen.push(...batchesOf(call)))
  return seen
}

export function batchesOf({ request }: InterceptedCall<'Produce'>): WireBatch[] {
  return request.topicData.flatMap(({ partitionData }) =>
    partitionData.map(({ index, records }) => wireBatch(index, Buffer.concat(records ?? []))),
  )
}

function wireBatch(partition: number, bytes: Buffer): WireBatch {
  const batch = readBatchHeader(new ByteReader(bytes))
  const { producerId, producerEpoch: epoch, baseSequence: sequence, payload } = batch
  const values = [...readRecords(batch, new Uint8Array(payload))].map(({ value }) =>
    Buffer.from(value ?? []).toString(),
  )
  return { partition, producerId, epoch, sequence, values }
}
