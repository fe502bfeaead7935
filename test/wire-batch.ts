import { ByteReader, readBatchHeader, readRecords } from '@sluice/protocol'

/** One batch as it was on the wire. */
export interface WireBatch {
  readonly topic: string
  readonly partition: number
  readonly producerId: bigint
  readonly epoch: number
  readonly sequence: number
  readonly count: number
  readonly values: string[]
  readonly bytes: Buffer
}

export function wireBatch(topic: string, partition: number, bytes: Buffer): WireBatch {
  const batch = readBatchHeader(new ByteReader(bytes))
  const values = [...readRecords(batch, batch.payload)].map(({ value }) => String(value))
  const { producerId, producerEpoch: epoch, baseSequence: sequence, count } = batch
  return { topic, partition, producerId, epoch, sequence, count, values, bytes }
}
