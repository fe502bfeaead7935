import type { InterceptedCall } from '@sluice/embedded-broker'
import { ByteReader, readBatchHeader, readRecords } from '@sluice/protocol'

/** One batch as it came to a broker. */
export interface WireBatch {
  readonly topic: string
  readonly partition: number
  readonly broker: number
  /** Counts the broker's connections, from 1. */
  readonly connection: number
  /** When, by the producer's clock, ms. */
  readonly at: number
  readonly producerId: bigint
  readonly epoch: number
  readonly sequence: number
  readonly values: readonly string[]
  /** Header and records, as hex: an attempt that is the same has the same. */
  readonly bytes: string
}

export function batchesOf(call: InterceptedCall<'Produce'>, at: number): WireBatch[] {
  const { connection, nodeId: broker, request } = call
  return request.topicData.flatMap(({ name, topicId, partitionData }) => {
    const topic = name || (call.topicName(topicId) ?? topicId)
    return partitionData.map(({ index: partition, records }) => ({
      topic,
      partition,
      broker,
      connection,
      at,
      ...contentOf(Buffer.concat(records ?? [])),
    }))
  })
}

function contentOf(
  bytes: Buffer,
): Pick<WireBatch, 'producerId' | 'epoch' | 'sequence' | 'values' | 'bytes'> {
  const batch = readBatchHeader(new ByteReader(bytes))
  const { producerId, producerEpoch: epoch, baseSequence: sequence } = batch
  const values = [...readRecords(batch, batch.payload)].map(({ value }) => String(value))
  return { producerId, epoch, sequence, values, bytes: bytes.toString('hex') }
}

/** Epoch, sequence and values, in short. */
export function numbersOf(batches: readonly WireBatch[]): [number, number, ...string[]][] {
  return batches.map(({ epoch, sequence, values }) => [epoch, sequence, ...values])
}
